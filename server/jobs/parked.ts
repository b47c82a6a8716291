import { and, asc, eq, gte } from 'drizzle-orm';
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
