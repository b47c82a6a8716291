import { sql } from 'drizzle-orm';
import type { Db } from '../../db/connect.ts';

const PER_ATTEMPT = 5;
const PER_ACCOUNT = 10;
const WINDOW_MINUTES = 15;

export type GuardAnswer =
  | 'go'
  | 'attempt_ended'
  | { closedForSeconds: number; justClosed: boolean };

/**
 * Takes one second-factor guess out of both budgets before it is evaluated: five for a sign-in
 * attempt, ten in fifteen minutes for an account over all attempts and factors. Each budget is one
 * conditional statement, so a burst of parallel guesses cannot pass it. An accepted guess gives both
 * back (`forgiveGuess`).
 */
export async function takeGuess(
  db: Db,
  { subjectId, attemptId, now }: { subjectId: string; attemptId: string; now: Date },
): Promise<GuardAnswer> {
  const at = now.toISOString();
  if (!(await takeAttempt(db, attemptId))) return 'attempt_ended';
  const [guard] = await db.execute<{ failures: number; closed_seconds: number | null }>(sql`
    insert into factor_guard as g (subject_id, failures, window_started_at) values (${subjectId}, 1, ${at})
    on conflict (subject_id) do update set
      failures = case when g.window_started_at < ${at}::timestamptz - make_interval(mins => ${WINDOW_MINUTES}) then 1 else g.failures + 1 end,
      window_started_at = case when g.window_started_at < ${at}::timestamptz - make_interval(mins => ${WINDOW_MINUTES}) then ${at}::timestamptz else g.window_started_at end,
      closed_until = case when g.closed_until > ${at}::timestamptz then g.closed_until end
    where g.closed_until is null or g.closed_until <= ${at}::timestamptz
    returning failures, null::int as closed_seconds`);
  if (guard && guard.failures <= PER_ACCOUNT) return 'go';
  if (guard) {
    // The first guess over the budget closes the check; it is not evaluated.
    const closed = await db.execute(sql`
      update factor_guard set closed_until = ${at}::timestamptz + make_interval(mins => ${WINDOW_MINUTES}), failures = 0
      where subject_id = ${subjectId} and (closed_until is null or closed_until <= ${at}::timestamptz) returning subject_id`);
    return { closedForSeconds: WINDOW_MINUTES * 60, justClosed: closed.length > 0 };
  }
  const [state] = await db.execute<{ seconds: number }>(sql`
    select greatest(1, ceil(extract(epoch from closed_until - ${at}::timestamptz)))::int as seconds
    from factor_guard where subject_id = ${subjectId}`);
  return { closedForSeconds: state?.seconds ?? WINDOW_MINUTES * 60, justClosed: false };
}

/**
 * Takes one of the five refusals that a sign-in attempt, or a session that asks for a factor anew, may have.
 * One too many ends it.
 */
export async function takeAttempt(db: Db, attemptId: string): Promise<boolean> {
  const [attempt] = await db.execute(sql`
    update session set failures = failures + 1 where id = ${attemptId} and failures < ${PER_ATTEMPT} returning failures`);
  if (attempt) return true;
  await db.execute(sql`delete from session where id = ${attemptId}`);
  return false;
}

/** An accepted passkey: the attempt's budget starts anew. Nobody guesses one, so an account counts none. */
export async function forgiveAttempt(db: Pick<Db, 'execute'>, attemptId: string): Promise<void> {
  await db.execute(sql`update session set failures = 0 where id = ${attemptId}`);
}

/** An accepted code: both budgets start anew. */
export async function forgiveGuess(
  db: Pick<Db, 'execute'>,
  { subjectId, attemptId }: { subjectId: string; attemptId: string },
): Promise<void> {
  await db.execute(sql`
    with attempt as (update session set failures = 0 where id = ${attemptId})
    update factor_guard set failures = 0 where subject_id = ${subjectId}`);
}
