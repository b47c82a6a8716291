import { expect, test } from 'vitest';
import { readGpc } from './gpc.ts';

test.each([
  [['Sec-GPC', '1'], true],
  [['sec-gpc', '1'], true],
  [['Sec-GPC', '0'], false],
  [['Sec-GPC', '1 '], false],
  [['Sec-GPC', '1, 1'], false],
  [['Sec-GPC', 'true'], false],
  [['Sec-GPC', ''], false],
  [['Sec-GPC', '1', 'Sec-GPC', '1'], false],
  [['X-Sec-GPC', '1'], false],
  [['Host', 'sec-gpc', 'Accept', '1'], false],
  [[], false],
])('%j is a signal: %s', (headers, expected) => {
  expect(readGpc(headers)).toBe(expected);
});
