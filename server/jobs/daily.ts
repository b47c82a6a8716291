import { z } from 'zod';
import { defineJob, enqueue, type JobDefinition } from './define.ts';

const RETRY_MS = 60 * 60_000;
const payload = z.object({});
export type DailyPayload = Record<string, never>;

/**
 * A kind of work that is done each day. The same row of the queue goes on to the next day, so that the run
 * is neither forgotten nor doubled; when it died, a new one takes its place.
 */
export function daily(
  kind: string,
  { run, says }: { run: JobDefinition<DailyPayload>['run']; says: string },
): JobDefinition<DailyPayload> {
  const definition: JobDefinition<DailyPayload> = defineJob<DailyPayload>({
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

/** The next moment at which it is this hour, in UTC. */
export function nextAt(hour: number, now: Date): Date {
  const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), hour));
  if (next <= now) next.setUTCDate(next.getUTCDate() + 1);
  return next;
}
