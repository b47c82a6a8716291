import { expect, test } from 'vitest';
import { isBirthDate, isOldEnough } from './age.ts';

const at = (moment: string) => new Date(moment);

test.each([
  ['2013-11-30', '2026-11-29T23:00:00Z', false],
  // The birthday has come in UTC, and not yet west of it.
  ['2013-11-29', '2026-11-29T00:00:00Z', false],
  ['2013-11-29', '2026-11-29T11:59:59Z', false],
  ['2013-11-29', '2026-11-29T12:00:00Z', true],
  ['2013-11-28', '2026-11-29T00:00:00Z', true],
  ['2013-11-28', '2026-11-29T12:00:00Z', true],
  ['2012-02-29', '2025-02-28T23:00:00Z', false],
  ['2012-02-29', '2025-03-01T12:00:00Z', true],
  ['1950-01-01', '2026-11-29T12:00:00Z', true],
  ['2026-11-29', '2026-11-29T12:00:00Z', false],
])('born on %s, at %s: old enough %s, wherever somebody is', (born, now, expected) => {
  const [year = 0, month = 0, day = 0] = born.split('-').map(Number);
  expect(isOldEnough({ year, month, day }, at(now))).toBe(expected);
});

test('a day that there is not, that is to come or that nobody alive was born on is none', () => {
  const now = at('2026-11-29T12:00:00Z');
  const is = (year: number, month: number, day: number) => isBirthDate({ year, month, day }, now);
  expect([is(2024, 2, 29), is(1999, 12, 31), is(2026, 11, 29)]).toEqual([true, true, true]);
  expect([is(2023, 2, 29), is(1990, 4, 31), is(2026, 11, 30)]).toEqual([false, false, false]);
  expect([is(26, 11, 29), is(1890, 1, 1), is(2027, 1, 1)]).toEqual([false, false, false]);
});
