import { and, eq, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { holderTask } from '../../../db/schema/holder-task.ts';
import type { Vault } from '../../crypto/vault.ts';
import { notify } from '../../requests/steps.ts';
import type { RefusalReason, TaskResult } from '../contract/tasks.ts';
import { releaseTasks } from './ask.ts';
import { completeCorrection, forgetEarlier, tellOfLateAnswer, wake } from './follow-up.ts';
import { escalate } from './watch.ts';

const BACK_OFF_BASE_MS = 5_000;
const BACK_OFF_MAX_MS = 60 * 60_000;
/** A holder that will not erase is asked again, in case a person has spoken with it. */
const REFUSED_AGAIN_MS = 6 * 60 * 60_000;

type Task = typeof holderTask.$inferSelect;
type Work = { task: Task; hash: string | null; now: Date };

/** Back into the queue, later each time; for people as well once it failed too often. */
export async function settleFailed(
  tx: Tx,
  vault: Vault,
  { task, hash, now, code }: Work & { code: string },
): Promise<void> {
  const wait = Math.min(BACK_OFF_BASE_MS * 2 ** (task.attempts - 1), BACK_OFF_MAX_MS);
  await tx
    .update(holderTask)
    .set({
      state: task.dueAt <= now ? 'missing' : 'waiting',
      leaseUntil: null,
      answerHash: hash,
      answeredAt: now,
      lastError: code,
      availableAt: new Date(now.getTime() + wait),
    })
    .where(eq(holderTask.id, task.id));
  await escalate(tx, vault, { requestId: task.requestId, now });
  await notify(tx, task.requestId);
}

/**
 * A holder that does not do what it was asked. That is the end of the question, but of an erasure: it
 * is not over while somebody holds the data.
 */
export async function settleRefused(
  tx: Tx,
  vault: Vault,
  { task, hash, now, reason }: Work & { reason: RefusalReason },
): Promise<void> {
  const goesOn = isErasing(task);
  await tx
    .update(holderTask)
    .set({
      state: 'refused',
      leaseUntil: null,
      answerHash: hash,
      answeredAt: now,
      lastError: reason,
      ...(goesOn
        ? { availableAt: new Date(now.getTime() + REFUSED_AGAIN_MS) }
        : { availableAt: null, endedAt: now, payload: null }),
    })
    .where(eq(holderTask.id, task.id));
  if (goesOn) await escalate(tx, vault, { requestId: task.requestId, now });
  else await completeCorrection(tx, task, now);
  await wake(tx, task.requestId);
}

/** Takes over what a holder did. `not_true`: it says itself that what it erased is still there, and is asked anew. */
export async function settleDone(
  tx: Tx,
  vault: Vault,
  { task, hash, now, values }: Work & { values: TaskResult },
): Promise<'taken' | 'not_true'> {
  if ('remaining' in values && values.remaining > 0) {
    await eraseAgain(tx, vault, { task, hash, now }, values.remaining);
    return 'not_true';
  }
  const isAnswer = 'data' in values;
  if (isAnswer) await forgetEarlier(tx, task);
  await tx
    .update(holderTask)
    .set({
      state: 'acknowledged',
      leaseUntil: null,
      availableAt: null,
      payload: null,
      lastError: null,
      answerHash: hash,
      answeredAt: now,
      endedAt: now,
      ...summaryOf(values),
      ...(isAnswer
        ? {
            answer: vault.seal(
              await vault.subjectKey(tx, task.subjectId),
              'holder_task.answer',
              JSON.stringify(values),
            ),
          }
        : {}),
    })
    .where(eq(holderTask.id, task.id));
  const { requestId, holderId, subjectId, kind } = task;
  if (kind === 'erase') {
    const dueAt = new Date(now.getTime() + (task.dueAt.getTime() - task.createdAt.getTime()));
    await releaseTasks(tx, { requestId, holderId, kind: 'verify_erased', now, dueAt });
  }
  if (kind === 'export') await tellOfLateAnswer(tx, { requestId, subjectId, now });
  if (kind === 'correct') await completeCorrection(tx, task, now);
  await wake(tx, requestId);
  return 'taken';
}

/** What may be said of an answer without saying what is in it. */
function summaryOf(values: TaskResult) {
  if ('data' in values)
    return { records: Object.values(values.data).reduce((sum, rows) => sum + rows.length, 0) };
  if ('remaining' in values) return { records: values.remaining };
  if (!('kept' in values)) return { records: values.records };
  const { records, kept } = values;
  return {
    records,
    keptRecords: kept?.records ?? 0,
    keptGround: kept?.ground ?? null,
    keptUntil: kept ? new Date(kept.until) : null,
  };
}

/** The erasure begins once more, with what is known from the question that showed it was none. */
async function eraseAgain(
  tx: Tx,
  vault: Vault,
  { task, hash, now }: Work,
  remaining: number,
): Promise<void> {
  const { requestId, holderId, payload, attempts } = task;
  const again = {
    state: 'waiting' as const,
    leaseUntil: null,
    answeredAt: now,
    endedAt: null,
    lastError: 'STILL_THERE',
  };
  await tx
    .update(holderTask)
    .set({ ...again, answerHash: hash, availableAt: null, records: remaining })
    .where(eq(holderTask.id, task.id));
  const erasing = and(
    eq(holderTask.requestId, requestId),
    eq(holderTask.holderId, holderId),
    eq(holderTask.kind, 'erase'),
  );
  const [erase] = await tx
    .update(holderTask)
    .set({ ...again, payload, attempts: sql`greatest(${holderTask.attempts}, ${attempts})` })
    .where(erasing)
    .returning();
  if (erase) await settleFailed(tx, vault, { task: erase, hash: null, now, code: 'STILL_THERE' });
}

function isErasing({ kind }: Task): boolean {
  return kind === 'erase' || kind === 'verify_erased';
}
