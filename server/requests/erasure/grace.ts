import { GRACE_MAX_DAYS, GRACE_MIN_DAYS } from './input.ts';

const DAY_MS = 86_400_000;
/** The work itself gets at least this much of the clock. */
const WORK_DAYS = 2;

/** Last moment at which a deletion that is due then has to start. */
export function latestStart(dueAt: Date): Date {
  return new Date(dueAt.getTime() - WORK_DAYS * DAY_MS);
}

/** Days of grace that can be chosen now: those that end inside the clock, which may run already. */
export function graceDays({ dueAt, now, initial }: { dueAt: Date; now: Date; initial: number }): {
  min: number;
  max: number;
  initial: number;
} {
  const left = Math.floor((latestStart(dueAt).getTime() - now.getTime()) / DAY_MS);
  const max = Math.max(GRACE_MIN_DAYS, Math.min(GRACE_MAX_DAYS, left));
  return { min: GRACE_MIN_DAYS, max, initial: Math.min(initial, max) };
}
