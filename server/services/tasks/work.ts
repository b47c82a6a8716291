import { eq } from 'drizzle-orm';
import { holderTask } from '../../../db/schema/holder-task.ts';
import { DomainError } from '../../errors.ts';
import { draining } from '../../health.ts';
import { databaseNow } from '../../jobs/attempts.ts';
import type { AnswerInput, AnswerOutput, HandedTask } from '../contract/tasks.ts';
import { takeSubjects } from '../scopes.ts';
import type { ServiceCall } from '../trpc.ts';
import { answerTask } from './answer.ts';
import { claimable, claimTasks } from './claim.ts';
import { taskNews } from './news.ts';

type Call = Pick<ServiceCall, 'deps' | 'scope' | 'requestId' | 'now'>;

/** Between looks a lease may end or a back-off be over, of which nobody sends word. */
const LOOK_AGAIN_MS = 1_000;
/** So often a call that others outran looks again without a pause. */
const OUTRUN_TRIES = 50;

/**
 * Tasks for the holder that this service acts for; without any, waits for some. Ends early when nobody
 * listens any more and when the process is told to stop.
 *
 * @throws {DomainError} SUBJECT_BUDGET_SPENT; nothing is handed out then
 */
export async function claimOrWait(
  { deps, scope, requestId, now }: Call,
  {
    limit,
    waitSeconds,
    signal,
  }: { limit: number; waitSeconds: number; signal: AbortSignal | undefined },
): Promise<HandedTask[]> {
  const { db } = deps.connection;
  const actor = { kind: 'service', id: scope.serviceId } as const;
  const until = performance.now() + waitSeconds * 1_000;
  let outrun = 0;
  for (;;) {
    const wanted = await claimable(db, { serviceId: scope.serviceId, limit });
    if (wanted.length > 0) {
      // About how many people a service is told in a day is counted before it is told of any.
      await takeSubjects(db, scope, { subjectIds: wanted.map(({ subjectId }) => subjectId), now });
      const ids = wanted.map(({ id }) => id);
      const tasks = await db.transaction(async (tx) =>
        claimTasks(tx, deps.vault, { actor, ids, requestId, now: await databaseNow(tx) }),
      );
      if (tasks.length > 0 || signal?.aborted) return tasks;
      // Another process of the holder was quicker: perhaps there is more at once, or else in a moment.
      outrun += 1;
      if (outrun < OUTRUN_TRIES) continue;
    }
    const left = until - performance.now();
    if (left <= 0 || signal?.aborted || draining.now) return [];
    await taskNews(deps, { maxWaitMs: Math.min(left, LOOK_AGAIN_MS), signal });
  }
}

/**
 * Takes an answer; what refuses it is on record before the caller learns of it.
 *
 * @throws {DomainError} with why it is not taken
 */
export async function takeAnswer(
  { deps, scope, requestId, now }: Call,
  input: AnswerInput,
): Promise<AnswerOutput> {
  const { db } = deps.connection;
  const known = await db
    .select({ subjectId: holderTask.subjectId })
    .from(holderTask)
    .where(eq(holderTask.id, input.task));
  await takeSubjects(db, scope, {
    subjectIds: known.map(({ subjectId }) => subjectId),
    strangers: known.length === 0 ? 1 : 0,
    now,
  });
  const actor = { kind: 'service', id: scope.serviceId } as const;
  const answered = await db.transaction(async (tx) =>
    answerTask(tx, deps.vault, { actor, input, requestId, now: await databaseNow(tx) }),
  );
  if ('refused' in answered) throw new DomainError(answered.refused);
  return answered;
}
