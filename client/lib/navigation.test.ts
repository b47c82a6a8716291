import { expect, test } from 'vitest';
import { safePath, wayBack } from './navigation.ts';

test.each([
  ['/requests/R-2041?from=mail#steps', '/requests/R-2041?from=mail#steps'],
  ['/', '/'],
  [undefined, '/'],
  ['', '/'],
  ['data', '/'],
  ['https://elsewhere.example/', '/'],
  ['//elsewhere.example', '/'],
  ['/\\elsewhere.example', '/'],
  ['/\t/elsewhere.example', '/'],
  ['/a/..//elsewhere.example', '/'],
  ['javascript:alert(1)', '/'],
])('after signing in, %j leads to %j and never to another site', (path, expected) => {
  expect(safePath(path)).toBe(expected);
});

test('the overview needs no way back', () => {
  expect(wayBack('/')).toEqual({});
  expect(wayBack(7)).toEqual({});
  expect(Object.values(wayBack('/copy'))).toEqual(['/copy']);
});
