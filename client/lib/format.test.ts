import { beforeEach, expect, test } from 'vitest';
import {
  countryName,
  formatBytes,
  formatDateTime,
  formatDay,
  formatList,
  formatMoney,
  formatRelative,
  formatWait,
  setTimeZone,
} from './format.ts';

beforeEach(() => setTimeZone('Europe/Berlin'));

test('a moment is written in the zone of the person and names it', () => {
  const moment = '2026-11-30T23:05:00.000Z';
  expect(formatDateTime(moment)).toBe('1 December 2026 at 00:05 CET');
  setTimeZone('America/Los_Angeles');
  expect(formatDateTime(moment)).toBe('30 November 2026 at 15:05 GMT-8');
});

test('a zone this browser does not know leaves the one before', () => {
  setTimeZone('Mars/Olympus');
  expect(formatDateTime('2026-07-01T10:00:00Z')).toBe('1 July 2026 at 12:00 CEST');
});

test('a day without a time is not moved by any zone', () => {
  setTimeZone('Pacific/Honolulu');
  expect(formatDay('2026-11-23')).toBe('23 November 2026');
});

test.each([
  ['2026-11-30T12:00:00Z', 'in 7 days'],
  ['2026-11-10T12:00:00Z', '13 days ago'],
  ['2026-10-17T12:00:00Z', '1 month ago'],
  ['2026-11-22T12:00:00Z', 'yesterday'],
  ['2026-11-26T12:00:00Z', 'in 3 days'],
  ['2026-11-23T11:55:00Z', '5 minutes ago'],
  ['2026-11-23T12:00:20Z', 'now'],
])('%s is %s', (moment, words) => {
  expect(formatRelative(moment, new Date('2026-11-23T12:00:00Z'))).toBe(words);
});

test.each([
  [30, '30 seconds'],
  [89.2, '90 seconds'],
  [601, '11 minutes'],
  [7_000, '2 hours'],
])('waiting %d seconds is said as %s, never as less', (seconds, words) => {
  expect(formatWait(seconds)).toBe(words);
});

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_000, '1 kB'],
  [4_200_000, '4.2 MB'],
  [87_000_000_000, '87 GB'],
])('%d bytes are %s', (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});

test('money knows how many minor units its currency has', () => {
  expect(formatMoney(1_234, 'EUR')).toBe('€12.34');
  expect(formatMoney(1_234, 'JPY')).toBe('JP¥1,234');
});

test('lists and countries are words', () => {
  expect(formatList(['a', 'b', 'c'])).toBe('a, b and c');
  expect(formatList(['a, x', 'b', 'c, y'])).toBe('a, x; b and c, y');
  expect(countryName('DE')).toBe('Germany');
  expect(countryName('no country')).toBe('no country');
});
