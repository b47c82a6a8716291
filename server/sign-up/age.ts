/** A date as it is entered: numbers, with January as 1. */
export type BirthDate = { day: number; month: number; year: number };

/** From here on EaseLLM opens accounts: the policy's promise, and COPPA's line. */
const AGE = 13;
const MAX_AGE = 130;
const HOUR_MS = 3_600_000;
/** Where a day begins last: twelve hours after it does in UTC. */
const LAST_ZONE_MS = 12 * HOUR_MS;

/** Whether the calendar has such a day, and somebody who lives can be born on it. */
export function isBirthDate({ day, month, year }: BirthDate, now: Date): boolean {
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const age = ageOn({ day, month, year }, now);
  return exists && age >= 0 && age <= MAX_AGE && date <= now;
}

/**
 * Whether whoever was born then is old enough. The birthday has to have come wherever on earth somebody is;
 * of who was born on 29 February, with the first of March.
 */
export function isOldEnough(born: BirthDate, now: Date): boolean {
  return ageOn(born, new Date(now.getTime() - LAST_ZONE_MS)) >= AGE;
}

function ageOn({ day, month, year }: BirthDate, now: Date): number {
  const [thisMonth, today] = [now.getUTCMonth() + 1, now.getUTCDate()];
  const before = thisMonth < month || (thisMonth === month && today < day);
  return now.getUTCFullYear() - year - (before ? 1 : 0);
}
