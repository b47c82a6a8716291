import type { Tx } from '../../db/connect.ts';
import { job } from '../../db/schema/job.ts';
import { newId } from '../crypto/token.ts';
import type { Deps } from '../deps.ts';

export type JobPayload = Record<string, string | number>;

export type JobRun<P> = {
  deps: Deps;
  /** The transaction that holds the job: whatever is written in it commits with the job, or not at all. */
  tx: Tx;
  payload: P;
  /** From the clock of the database. */
  now: Date;
  /** Counts from 1; goes into names of files. */
  attempt: number;
  /** Aborted when the process is told to stop. */
  signal: AbortSignal;
};

/** `again`: commit and run once more at once (bounded batches). `{ runAt }`: commit and run then. */
export type JobOutcome = 'done' | 'again' | { runAt: Date };

export type JobDefinition<P extends JobPayload = JobPayload> = {
  kind: string;
  /** Attempts that may end with an error before the job is dead. Interrupted ones do not count. */
  maxAttempts: number;
  /** Payloads are parsed on the way out: an older version may have written them. */
  parse(payload: unknown): P;
  run(run: JobRun<P>): Promise<JobOutcome>;
  /** Called once, in the transaction that ends the job, when the last allowed attempt failed. */
  onDead?(run: Omit<JobRun<P>, 'signal' | 'attempt'>): Promise<void>;
};

/** Names a kind of durable work. */
export function defineJob<P extends JobPayload>(definition: JobDefinition<P>): JobDefinition<P> {
  return definition;
}

/**
 * Puts work into the queue with the act that causes it. With a `dedupeKey`, nothing is inserted while a
 * job with that key waits.
 */
export async function enqueue<P extends JobPayload>(
  tx: Tx,
  definition: JobDefinition<P>,
  {
    payload,
    runAt,
    now,
    subjectId = null,
    dedupeKey = null,
  }: {
    payload: P;
    now: Date;
    runAt?: Date;
    subjectId?: string | null;
    dedupeKey?: string | null;
  },
): Promise<void> {
  await tx
    .insert(job)
    .values({
      id: newId(now),
      kind: definition.kind,
      subjectId,
      payload,
      runAt: runAt ?? now,
      attempts: 0,
      maxAttempts: definition.maxAttempts,
      state: 'ready',
      dedupeKey,
      createdAt: now,
    })
    .onConflictDoNothing();
}
