import { and, asc, eq } from 'drizzle-orm';
import { job } from '../../db/schema/job.ts';
import type { Deps } from '../deps.ts';
import { allJobs } from '../jobs/all.ts';

/**
 * Does the waiting jobs of one kind, oldest first, as a worker would at that moment.
 * @returns how many there were
 */
export async function runWaiting(deps: Deps, kind: string, now: Date): Promise<number> {
  const definition = allJobs.find((one) => one.kind === kind);
  if (!definition) throw new RangeError(`no such job: ${kind}`);
  const { db } = deps.connection;
  const waiting = await db
    .select()
    .from(job)
    .where(and(eq(job.kind, kind), eq(job.state, 'ready')))
    .orderBy(asc(job.createdAt));
  for (const { id, payload, attempts } of waiting) {
    await db.transaction(async (tx) => {
      const run = { deps, tx, now, attempt: attempts + 1, signal: new AbortController().signal };
      await definition.run({ ...run, payload: definition.parse(payload) });
      await tx.update(job).set({ state: 'done', finishedAt: now }).where(eq(job.id, id));
    });
  }
  return waiting.length;
}
