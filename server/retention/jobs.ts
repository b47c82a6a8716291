import { daily, nextAt } from '../jobs/daily.ts';
import { dropEmptyMonths, prepareMonths } from './months.ts';
import { expireBatch } from './run.ts';

/** Quiet hours of most customers; UTC. What the first leaves empty, the second takes away. */
const EXPIRY_HOUR = 3;
const MONTHS_HOUR = 4;
/** A table that was in use is free again in a moment; the next run is soon enough. */
const BUSY_MS = 10 * 60_000;

/** Makes every delete-on date true, once a day. */
export const retentionJob = daily('retention.daily', {
  says: 'the daily deletion run failed',
  async run({ deps, tx, now }) {
    const { full } = await expireBatch(tx, deps.vault, { now, requestId: 'retention.daily' });
    return full ? 'again' : { runAt: nextAt(EXPIRY_HOUR, now) };
  },
});

/**
 * Makes the months to come and drops those that are over and empty. Apart from the deletion run, which
 * still holds the tables it deletes from while it works.
 */
export const monthsJob = daily('retention.months', {
  says: 'the months of the tables could not be kept',
  async run({ deps, now }) {
    const { db } = deps.connection;
    await prepareMonths(db, now);
    const { busy } = await dropEmptyMonths(db, deps.vault, { now, requestId: 'retention.months' });
    return {
      runAt: busy.length > 0 ? new Date(now.getTime() + BUSY_MS) : nextAt(MONTHS_HOUR, now),
    };
  },
});

export const retentionJobs = [retentionJob, monthsJob];
