import fc from 'fast-check';
import { expect, test } from 'vitest';
import { daysLeft, dueAt } from './clock.ts';

const at = (iso: string) => new Date(`${iso}T14:05:00Z`);
const day = (date: Date) => date.toISOString().slice(0, 10);

test('in the EEA a request of 31 January is due on the last of February, leap years included', () => {
  expect(day(dueAt(at('2027-01-31'), 'DE'))).toBe('2027-02-28');
  expect(day(dueAt(at('2028-01-31'), 'DE'))).toBe('2028-02-29');
});

test('a month of 31 days is cut by the promise of 30, everywhere', () => {
  expect(day(dueAt(at('2026-12-23'), 'DE'))).toBe('2027-01-22');
  expect(day(dueAt(at('2026-12-23'), 'US'))).toBe('2027-01-22');
  expect(day(dueAt(at('2026-12-23'), 'BR'))).toBe('2027-01-22');
});

test('no request is ever due later than 30 days after it came, nor before 28', () => {
  const date = fc.date({
    min: new Date('2020-01-01'),
    max: new Date('2100-01-01'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(date, fc.constantFrom('DE', 'GB', 'US', 'CA', 'JP'), (received, country) => {
      const days = (dueAt(received, country).getTime() - received.getTime()) / 86_400_000;
      expect(days).toBeLessThanOrEqual(30);
      expect(days).toBeGreaterThanOrEqual(28);
    }),
  );
});

test('what is not a date has no due date', () => {
  expect(() => dueAt(new Date('never'), 'DE')).toThrow(RangeError);
});

test('days left count whole days and turn negative when late', () => {
  expect(daysLeft(at('2026-12-01'), at('2026-11-30'))).toBe(1);
  expect(daysLeft(at('2026-11-29'), at('2026-11-30'))).toBe(-1);
  const due = new Date('2026-11-29T20:00:00Z');
  expect(daysLeft(due, new Date('2026-11-25T08:00:00Z'))).toBe(4);
  expect(daysLeft(due, new Date('2026-11-25T23:59:00Z'))).toBe(4);
  expect(daysLeft(due, new Date('2026-11-29T19:59:00Z'))).toBe(0);
  expect(daysLeft(due, new Date('2026-11-29T20:00:00Z'))).toBe(-1);
});
