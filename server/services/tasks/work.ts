import type { Actor } from '../../actor.ts';
import type { Deps } from '../../deps.ts';
import { DomainError } from '../../errors.ts';
import { draining } from '../../health.ts';
import { databaseNow } from '../../jobs/runner.ts';
import type { AnswerInput, AnswerOutput, HandedTask } from '../contract/tasks.ts';
import { answerTask } from './answer.ts';
import { claimTasks } from './claim.ts';
import { taskNews } from './news.ts';

type Caller = { actor: Actor & { kind: 'service' }; requestId: string };

/** Between looks a lease may end or a back-off be over, of which nobody sends word. */
const LOOK_AGAIN_MS = 1_000;

/**
 * Tasks for the holder that this service acts for; without any, waits for some. Ends early when nobody
 * listens any more and when the process is told to stop.
 */
export async function claimOrWait(
  deps: Deps,
  { actor, requestId }: Caller,
  {
    limit,
    waitSeconds,
    signal,
  }: { limit: number; waitSeconds: number; signal: AbortSignal | undefined },
): Promise<HandedTask[]> {
  const until = performance.now() + waitSeconds * 1_000;
  for (;;) {
    const tasks = await deps.connection.db.transaction(async (tx) =>
      claimTasks(tx, deps.vault, { actor, limit, requestId, now: await databaseNow(tx) }),
    );
    const left = until - performance.now();
    if (tasks.length > 0 || left <= 0 || signal?.aborted || draining.now) return tasks;
    await taskNews(deps, { maxWaitMs: Math.min(left, LOOK_AGAIN_MS), signal });
  }
}

/** Takes an answer; what refuses it is on record before the caller learns of it. */
export async function takeAnswer(
  deps: Deps,
  caller: Caller,
  input: AnswerInput,
): Promise<AnswerOutput> {
  const answered = await deps.connection.db.transaction(async (tx) =>
    answerTask(tx, deps.vault, { ...caller, input, now: await databaseNow(tx) }),
  );
  if ('refused' in answered) throw new DomainError(answered.refused);
  return answered;
}
