import { and, eq, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { job } from '../../db/schema/job.ts';
import type { Deps } from '../deps.ts';
import {
  countAttempt,
  databaseNow,
  errorCode,
  isInterruption,
  type JobRow,
  recordFailure,
  takeBack,
} from './attempts.ts';
import type { JobDefinition, JobOutcome } from './define.ts';

const POLL_MS = 2_000;

export type Runner = { stop(): Promise<void> };

/**
 * Runs jobs until stopped. The lock is the transaction: an attempt is counted in a short commit, then
 * the row is claimed with FOR UPDATE SKIP LOCKED and its transaction stays open while the work is done.
 * A killed process loses its connection, and the job is free at once. Errors end a job in the end;
 * interruptions never do. Woken by NOTIFY, and by a poll in case a notification is lost.
 */
export function startRunner(
  deps: Deps,
  definitions: readonly JobDefinition[],
  { concurrency = 2 }: { concurrency?: number } = {},
): Runner {
  const byKind = new Map(definitions.map((definition) => [definition.kind, definition]));
  const kinds = [...byKind.keys()];
  const stopping = new AbortController();
  let wake: (() => void)[] = [];
  const wakeAll = () => {
    for (const resolve of wake.splice(0)) resolve();
  };

  const listening = deps.connection.sql
    .listen('job', wakeAll)
    .catch((cause) => deps.log.error({ err: cause }, 'cannot listen for jobs; polling only'));

  async function idle(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      wake.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      let worked = false;
      try {
        worked = await runNext(deps, byKind, kinds, stopping.signal);
      } catch (cause) {
        deps.log.error({ err: cause }, 'the job runner could not reach its database');
      }
      if (!worked && !stopping.signal.aborted) await idle();
    }
  }

  const loops = Array.from({ length: concurrency }, () => loop());
  return {
    async stop() {
      stopping.abort();
      wakeAll();
      await Promise.all(loops);
      const subscription = await listening;
      if (subscription) await subscription.unlisten().catch(() => {});
      wake = [];
    },
  };
}

/** Takes one due job and works on it. False when none was due. */
export async function runNext(
  deps: Deps,
  byKind: ReadonlyMap<string, JobDefinition>,
  kinds: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const row = await countAttempt(deps, kinds);
  if (!row) return false;
  const definition = byKind.get(row.kind);
  if (!definition) return false;
  try {
    await deps.connection.db.transaction((tx) => attempt(tx, { deps, definition, row, signal }));
  } catch (cause) {
    // What cannot be taken back counts as an interruption.
    if (signal.aborted) await takeBack(deps, row).catch(() => {});
    else if (isInterruption(cause))
      deps.log.warn({ job: row.id, kind: row.kind, code: errorCode(cause) }, 'a job was cut off');
    else await recordFailure(deps, { definition, row, cause });
  }
  return true;
}

async function attempt(
  tx: Tx,
  {
    deps,
    definition,
    row,
    signal,
  }: { deps: Deps; definition: JobDefinition; row: JobRow; signal: AbortSignal },
): Promise<void> {
  // Of two who counted the same job, the later has it.
  const [claimed] = await tx
    .select()
    .from(job)
    .where(and(eq(job.id, row.id), eq(job.state, 'ready'), eq(job.attempts, row.attempts)))
    .for('update', { skipLocked: true });
  if (!claimed) return;
  const now = await databaseNow(tx);
  const outcome = await definition.run({
    deps,
    tx,
    payload: definition.parse(claimed.payload),
    now,
    attempt: claimed.attempts,
    signal,
  });
  await settle(tx, claimed.id, outcome, now);
}

async function settle(tx: Tx, id: string, outcome: JobOutcome, now: Date): Promise<void> {
  if (outcome === 'done') {
    await tx
      .update(job)
      .set({ state: 'done', finishedAt: now, lastError: null })
      .where(eq(job.id, id));
    return;
  }
  const runAt = outcome === 'again' ? now : outcome.runAt;
  await tx
    .update(job)
    .set({ runAt, attempts: 0, failures: 0, unended: 0, lastError: null })
    .where(eq(job.id, id));
  if (outcome === 'again') await tx.execute(sql`select pg_notify('job', '')`);
}
