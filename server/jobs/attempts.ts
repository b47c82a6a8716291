import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { job } from '../../db/schema/job.ts';
import type { Deps } from '../deps.ts';
import { PARKED_AFTER, secondsAfterFailure, secondsAfterInterruption } from './back-off.ts';
import type { JobDefinition } from './define.ts';

export type JobRow = typeof job.$inferSelect;

/** Last error of a job whose attempt before was interrupted. */
const INTERRUPTED = 'INTERRUPTED';

/**
 * Begins an attempt on the job that is due longest. It counts as one without an end until its end is
 * known: a killed process can report nothing. The next attempt is put off now, for the same reason.
 *
 * @returns the job as it stands now; null when none is due
 */
export async function countAttempt(
  { connection, log }: Deps,
  kinds: readonly string[],
): Promise<JobRow | null> {
  return connection.db.transaction(async (tx) => {
    const [due] = await tx
      .select()
      .from(job)
      .where(and(eq(job.state, 'ready'), lte(job.runAt, sql`now()`), inArray(job.kind, [...kinds])))
      .orderBy(asc(job.runAt))
      .limit(1)
      .for('update', { skipLocked: true });
    if (!due) return null;
    const unended = due.unended + 1;
    if (due.unended >= PARKED_AFTER)
      log.error(
        { job: due.id, kind: due.kind, interruptions: due.unended },
        'a job was interrupted again and again and needs a person',
      );
    const [row] = await tx
      .update(job)
      .set({
        attempts: due.attempts + 1,
        unended,
        runAt: inSeconds(secondsAfterInterruption(unended)),
        ...(due.unended > 0 ? { lastError: INTERRUPTED } : {}),
      })
      .where(eq(job.id, due.id))
      .returning();
    return row ?? null;
  });
}

/** The process was told to stop: nothing is held against the job, and others may take it at once. */
export async function takeBack({ connection }: Deps, row: JobRow): Promise<void> {
  await connection.db
    .update(job)
    .set({ unended: ended, runAt: inSeconds(0) })
    .where(and(eq(job.id, row.id), eq(job.state, 'ready')));
}

/**
 * An attempt ended with an error; the last one that is allowed ends the job. The error is stored as a
 * code: its text may hold values of the row it failed on.
 */
export async function recordFailure(
  deps: Deps,
  { definition, row, cause }: { definition: JobDefinition; row: JobRow; cause: unknown },
): Promise<void> {
  const code = errorCode(cause);
  deps.log.error({ job: row.id, kind: row.kind, attempt: row.attempts, code }, 'a job failed');
  await deps.connection.db.transaction(async (tx) => {
    const now = await databaseNow(tx);
    const mine = and(eq(job.id, row.id), eq(job.state, 'ready'));
    const [failed] = await tx
      .update(job)
      .set({ failures: sql`${job.failures} + 1`, unended: ended, lastError: code })
      .where(mine)
      .returning();
    if (!failed) return;
    if (failed.failures < failed.maxAttempts) {
      const runAt = new Date(now.getTime() + secondsAfterFailure(failed.failures) * 1_000);
      await tx.update(job).set({ runAt }).where(mine);
      return;
    }
    await tx.update(job).set({ state: 'dead', finishedAt: now }).where(mine);
    await definition.onDead?.({ deps, tx, payload: definition.parse(failed.payload), now });
  });
}

/**
 * Whether the connection to the database was lost, and the work with it: the server ended it, went away or
 * was restarted. That says nothing about the job. A socket's error is the database's when the driver has
 * put a statement to it; a mail server's is the job's own.
 */
export function isInterruption(cause: unknown): boolean {
  const code = errorCode(cause);
  if (
    /^(57P0[1235]|25P0[34]|08\w{3}|CONNECTION_(CLOSED|ENDED|DESTROYED)|TRANSACTION_OVER)$/.test(
      code,
    )
  )
    return true;
  return /^(ECONN\w+|EPIPE|ETIMEDOUT|CONNECT_TIMEOUT)$/.test(code) && isOfStatement(cause);
}

function isOfStatement(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  return 'query' in cause || isOfStatement(cause.cause);
}

export function errorCode(cause: unknown): string {
  if (cause && typeof cause === 'object' && 'code' in cause && typeof cause.code === 'string')
    return cause.code;
  if (cause instanceof Error && cause.cause) return errorCode(cause.cause);
  return cause instanceof Error ? cause.name : 'UNKNOWN';
}

/** The clock that all processes share. */
export async function databaseNow(tx: Tx): Promise<Date> {
  const [row] = await tx.execute<{ now: string }>(sql`select clock_timestamp()::text as now`);
  return row ? new Date(row.now) : new Date();
}

const ended = sql`greatest(${job.unended} - 1, 0)`;
const inSeconds = (seconds: number) => sql`now() + ${seconds} * interval '1 second'`;
