import { z } from 'zod';
import type { Tx } from '../../db/connect.ts';
import { defineJob, enqueue, type JobDefinition } from '../jobs/define.ts';
import { dropEmptyMonths, prepareMonths } from './months.ts';
import { expireBatch } from './run.ts';

const DEDUPE = 'retention.daily';
/** Quiet hours of most customers; UTC. */
const RUN_HOUR = 3;
const RETRY_MS = 60 * 60_000;

const payload = z.object({});
type Payload = Record<string, never>;

/**
 * Makes every delete-on date true, once a day. The same row of the queue goes on to the next day, so
 * that the run is neither forgotten nor doubled; when it died, a new one takes its place.
 */
export const retentionJob: JobDefinition<Payload> = defineJob<Payload>({
  kind: 'retention.daily',
  maxAttempts: 5,
  parse: (value) => {
    payload.parse(value);
    return {};
  },
  async run({ deps, tx, now }) {
    await prepareMonths(tx, now);
    const { full } = await expireBatch(tx, deps.vault, { now, requestId: DEDUPE });
    if (full) return 'again';
    await dropEmptyMonths(tx, deps.vault, { now, requestId: DEDUPE });
    return { runAt: nextRun(now) };
  },
  async onDead({ deps, tx, now }) {
    deps.log.error({ kind: DEDUPE }, 'the daily deletion run failed');
    await enqueue(tx, retentionJob, {
      payload: {},
      now,
      runAt: new Date(now.getTime() + RETRY_MS),
      dedupeKey: DEDUPE,
    });
  },
});

export const retentionJobs = [retentionJob];

/** Puts the daily run into a queue that lacks it: the first one is due at once. */
export async function scheduleRecurring(tx: Tx, now: Date): Promise<void> {
  await enqueue(tx, retentionJob, { payload: {}, now, dedupeKey: DEDUPE });
}

function nextRun(now: Date): Date {
  const next = new Date(
    Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), RUN_HOUR),
  );
  if (next <= now) next.setUTCDate(next.getUTCDate() + 1);
  return next;
}
