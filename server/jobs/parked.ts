import { and, asc, eq, gte, or, sql } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import { job } from '../../db/schema/job.ts';
import { PARKED_AFTER } from './back-off.ts';

const parked = and(eq(job.state, 'ready'), gte(job.unended, PARKED_AFTER));

/** Jobs that were interrupted again and again, and now go on by the hour until a person has looked. */
export function listParked(db: Db | Tx) {
  return db
    .select({ id: job.id, kind: job.kind, interruptions: job.unended, runAt: job.runAt })
    .from(job)
    .where(parked)
    .orderBy(asc(job.runAt));
}

/** Lets a parked job go on at once, with nothing held against it. False when no such job is parked. */
export async function release(tx: Tx, { id, now }: { id: string; now: Date }): Promise<boolean> {
  const [released] = await tx
    .update(job)
    .set({ unended: 0, runAt: now })
    .where(and(eq(job.id, id), parked))
    .returning({ id: job.id });
  return released !== undefined;
}

/** Whether a job goes on only by the hour, or not at all, until a person lets it. */
export function isStuck({ state, unended }: Pick<typeof job.$inferSelect, 'state' | 'unended'>) {
  return state === 'dead' || (state === 'ready' && unended >= PARKED_AFTER);
}

/**
 * Lets a parked or dead job of one request go on at once, with nothing held against it. False when it is
 * neither, is another request's, or a successor does its work already.
 */
export async function letGoOn(
  tx: Tx,
  { id, requestId, now }: { id: string; requestId: string; now: Date },
): Promise<boolean> {
  const successor = sql`exists (select 1 from job as other
    where other.dedupe_key = job.dedupe_key and other.state = 'ready' and other.id <> job.id)`;
  const [released] = await tx
    .update(job)
    .set({ state: 'ready', unended: 0, failures: 0, runAt: now, finishedAt: null })
    .where(
      and(
        eq(job.id, id),
        sql`${job.payload}->>'requestId' = ${requestId}`,
        or(parked, eq(job.state, 'dead')),
        sql`not ${successor}`,
      ),
    )
    .returning({ id: job.id });
  if (released) await tx.execute(sql`select pg_notify('job', '')`);
  return released !== undefined;
}
