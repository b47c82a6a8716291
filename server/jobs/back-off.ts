/** A job with so many attempts of which no end is known goes on only by the hour, and people are told. */
export const PARKED_AFTER = 25;

/** Between the count of an attempt and its claim nobody else may count the job. */
const CLAIM_SECONDS = 1;
const BASE_SECONDS = 2;
const LONGEST_SECONDS = 300;
/** A deployment, a crash of the machine: so many interruptions say nothing about the job itself. */
const PROMPT_INTERRUPTIONS = 10;
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** Seconds until the next attempt after one that ended with an error: 2, 4, 8 … 300. */
export function secondsAfterFailure(failures: number): number {
  return Math.min(BASE_SECONDS ** failures, LONGEST_SECONDS);
}

/**
 * Seconds from the start of an attempt to the next if nothing more is heard of it: at once at first, then
 * 2, 4, 8 … 300, and once parked an hour, two, four … a day. A job that kills its process each time must
 * leave the process time for everything else.
 *
 * @param unended attempts without a known end, this one included
 */
export function secondsAfterInterruption(unended: number): number {
  if (unended <= PROMPT_INTERRUPTIONS) return CLAIM_SECONDS;
  if (unended < PARKED_AFTER)
    return Math.min(BASE_SECONDS ** (unended - PROMPT_INTERRUPTIONS), LONGEST_SECONDS);
  return Math.min(HOUR_SECONDS * 2 ** (unended - PARKED_AFTER), DAY_SECONDS);
}
