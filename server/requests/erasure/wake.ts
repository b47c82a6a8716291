import { sql } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';

/**
 * Takes the erasure jobs of a person and keeps them until the end of the transaction: a piece of work
 * that is under way ends first, and the next one sees what is written here. Call it before anything of
 * the request is locked: a job has its own row first.
 */
export async function holdErasures(tx: Tx, subjectId: string): Promise<void> {
  await tx.execute(sql`select 1 from job where ${ofOpenErasure(subjectId)} for update`);
}

/** Lets an erasure that has begun go on at once; one in its grace period waits for the end of it. */
export async function wakeErasures(
  tx: Tx,
  { subjectId, now }: { subjectId: string; now: Date },
): Promise<void> {
  await tx.execute(sql`
    update job set run_at = least(run_at, ${now.toISOString()}::timestamptz)
    where ${ofOpenErasure(subjectId)}`);
  await tx.execute(sql`select pg_notify('job', '')`);
}

function ofOpenErasure(subjectId: string) {
  return sql`state = 'ready' and dedupe_key in (
    select 'erasure.run:' || r.id from data_subject_request as r
    where r.subject_id = ${subjectId}::uuid and r.kind = 'erasure' and r.state in ('waiting', 'running')
      and not (r.state = 'waiting' and r.failure is null))`;
}
