import { z } from 'zod';
import type { Tx } from '../../db/connect.ts';
import { defineJob, enqueue, type JobDefinition } from '../jobs/define.ts';
import { dropEmptyMonths, prepareMonths } from './months.ts';
import { expireBatch } from './run.ts';

/** Quiet hours of most customers; UTC. What the first leaves empty, the second takes away. */
const EXPIRY_HOUR = 3;
const MONTHS_HOUR = 4;
const RETRY_MS = 60 * 60_000;
/** A table that was in use is free again in a moment; the next run is soon enough. */
const BUSY_MS = 10 * 60_000;

const payload = z.object({});
type Payload = Record<string, never>;

/**
 * A kind of work that is done each day. The same row of the queue goes on to the next day, so that the run
 * is neither forgotten nor doubled; when it died, a new one takes its place.
 */
function daily(
  kind: string,
  { run, says }: { run: JobDefinition<Payload>['run']; says: string },
): JobDefinition<Payload> {
  const definition: JobDefinition<Payload> = defineJob<Payload>({
    kind,
    maxAttempts: 5,
    parse: (value) => {
      payload.parse(value);
      return {};
    },
    run,
    async onDead({ deps, tx, now }) {
      deps.log.error({ kind }, says);
      const runAt = new Date(now.getTime() + RETRY_MS);
      await enqueue(tx, definition, { payload: {}, now, runAt, dedupeKey: kind });
    },
  });
  return definition;
}

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

/** Puts the daily runs into a queue that lacks them: the first are due at once. */
export async function scheduleRecurring(tx: Tx, now: Date): Promise<void> {
  for (const definition of retentionJobs)
    await enqueue(tx, definition, { payload: {}, now, dedupeKey: definition.kind });
}

function nextAt(hour: number, now: Date): Date {
  const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), hour));
  if (next <= now) next.setUTCDate(next.getUTCDate() + 1);
  return next;
}
