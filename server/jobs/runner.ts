import { and, eq, sql } from 'drizzle-orm';
import { job } from '../../db/schema/job.ts';
import type { Deps } from '../deps.ts';
import type { JobDefinition, JobOutcome } from './define.ts';

const POLL_MS = 2_000;
const BACK_OFF_BASE_SECONDS = 2;
const BACK_OFF_MAX_SECONDS = 300;

export type Runner = { stop(): Promise<void> };

type Row = typeof job.$inferSelect;

/**
 * Runs jobs until stopped. The lock is the transaction: an attempt is counted in a short commit, then
 * the row is claimed with FOR UPDATE SKIP LOCKED and its transaction stays open while the work is done.
 * A killed process loses its connection, and the job is free at once. Woken by NOTIFY, and by a poll
 * in case a notification is lost.
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
  const counted = await countAttempt(deps, kinds);
  if (!counted) return false;
  const definition = byKind.get(counted.kind);
  if (!definition) return false;
  try {
    await deps.connection.db.transaction(async (tx) => {
      const [claimed] = await tx
        .select()
        .from(job)
        .where(and(eq(job.id, counted.id), eq(job.state, 'ready')))
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
    });
  } catch (cause) {
    if (signal.aborted) return true;
    await failed(deps, definition, counted, cause);
  }
  return true;
}

async function countAttempt(deps: Deps, kinds: readonly string[]): Promise<Row | null> {
  const list = sql.join(
    kinds.map((kind) => sql`${kind}`),
    sql`, `,
  );
  const [row] = await deps.connection.db
    .update(job)
    .set({ attempts: sql`${job.attempts} + 1` })
    .where(
      sql`${job.id} = (select id from job where state = 'ready' and run_at <= now() and kind in (${list}) order by run_at limit 1 for update skip locked)`,
    )
    .returning();
  return row ?? null;
}

/** The moment by the clock of the database, which alone decides about leases and due times. */
export async function databaseNow(
  tx: Parameters<Parameters<Deps['connection']['db']['transaction']>[0]>[0],
): Promise<Date> {
  const [row] = await tx.execute<{ now: string }>(sql`select clock_timestamp()::text as now`);
  return row ? new Date(row.now) : new Date();
}

async function settle(
  tx: Parameters<Parameters<Deps['connection']['db']['transaction']>[0]>[0],
  id: string,
  outcome: JobOutcome,
  now: Date,
): Promise<void> {
  if (outcome === 'done') {
    await tx
      .update(job)
      .set({ state: 'done', finishedAt: now, lastError: null })
      .where(eq(job.id, id));
    return;
  }
  const runAt = outcome === 'again' ? now : outcome.runAt;
  await tx.update(job).set({ runAt, attempts: 0, lastError: null }).where(eq(job.id, id));
  if (outcome === 'again') await tx.execute(sql`select pg_notify('job', '')`);
}

/** The error is stored as a code: its text may hold values of the row it failed on. */
async function failed(
  deps: Deps,
  definition: JobDefinition,
  row: Row,
  cause: unknown,
): Promise<void> {
  const code = errorCode(cause);
  deps.log.error({ job: row.id, kind: row.kind, attempt: row.attempts, code }, 'a job failed');
  await deps.connection.db.transaction(async (tx) => {
    const now = await databaseNow(tx);
    if (row.attempts < row.maxAttempts) {
      const seconds = Math.min(BACK_OFF_BASE_SECONDS ** row.attempts, BACK_OFF_MAX_SECONDS);
      const runAt = new Date(now.getTime() + seconds * 1_000);
      await tx
        .update(job)
        .set({ runAt, lastError: code })
        .where(and(eq(job.id, row.id), eq(job.state, 'ready')));
      return;
    }
    const [dead] = await tx
      .update(job)
      .set({ state: 'dead', finishedAt: now, lastError: code })
      .where(and(eq(job.id, row.id), eq(job.state, 'ready')))
      .returning();
    if (dead) await definition.onDead?.({ deps, tx, payload: definition.parse(dead.payload), now });
  });
}

function errorCode(cause: unknown): string {
  if (cause && typeof cause === 'object' && 'code' in cause && typeof cause.code === 'string')
    return cause.code;
  if (cause instanceof Error && cause.cause) return errorCode(cause.cause);
  return cause instanceof Error ? cause.name : 'UNKNOWN';
}
