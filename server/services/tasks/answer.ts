import { and, eq, isNull, ne } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { sectionsHeldBy } from '../../../db/data-map/holdings.ts';
import { holderTask } from '../../../db/schema/holder-task.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { holder } from '../../../db/schema/service.ts';
import type { Actor } from '../../actor.ts';
import { recordAudit } from '../../audit/record.ts';
import { budgets, takeIn } from '../../auth/limits.ts';
import type { Vault } from '../../crypto/vault.ts';
import type { AnswerInput } from '../contract/tasks.ts';
import { readAnswer } from './read-answer.ts';
import { settleDone, settleFailed, settleRefused } from './settle.ts';

/** Why an answer is not taken. The task stays as it was, or is asked for again; nothing is lost. */
export type AnswerRefusal =
  | 'NOT_FOUND'
  | 'TASK_WRONG_SUBJECT'
  | 'TASK_ALREADY_ANSWERED'
  | 'TASK_CLOSED'
  | 'TASK_LEASE_OVER'
  | 'ANSWER_REFUSED'
  | 'ANSWER_TOO_LARGE';
export type Answered = { state: 'accepted' | 'known' } | { refused: AnswerRefusal };

type Task = typeof holderTask.$inferSelect;
type Answering = {
  actor: Actor & { kind: 'service' };
  input: AnswerInput;
  requestId: string;
  now: Date;
};

/**
 * Takes a holder's answer to a task, or refuses it; either is recorded where its person sees it. The
 * same answer twice is one. A refusal is returned and not thrown: what records it has to commit.
 *
 * @param now from the clock of the database
 */
export async function answerTask(tx: Tx, vault: Vault, answering: Answering): Promise<Answered> {
  const { actor, input, now } = answering;
  const found = await lockTask(tx, input.task);
  if (!found) return refuse(tx, vault, answering, null, 'NOT_FOUND');
  const { task, serviceId } = found;
  const not = (code: AnswerRefusal) => refuse(tx, vault, answering, found, code);
  if (serviceId !== actor.id) return not('NOT_FOUND');
  if (input.account !== task.subjectId) {
    await noteUnusable(tx, task, { code: 'TASK_WRONG_SUBJECT', now });
    return not('TASK_WRONG_SUBJECT');
  }

  const answer = readAnswer(task, input.answer);
  const { hash } = answer;
  if (hash !== null && task.answerHash === hash) return { state: 'known' };
  if (task.answerHash !== null) return not('TASK_ALREADY_ANSWERED');
  if (task.endedAt !== null) return not('TASK_CLOSED');
  // Whoever was given it last may answer, also a little late; whoever was given it before may not.
  if (task.leaseUntil === null || input.claim !== task.attempts) {
    // What was wrong with the answer before says more than that it came once again.
    if (task.lastError === null) await noteUnusable(tx, task, { code: 'TASK_LEASE_OVER', now });
    return not('TASK_LEASE_OVER');
  }

  const work = { task, hash, now };
  const { outcome } = answer;
  if (outcome === 'unusable') {
    await settleFailed(tx, vault, { ...work, code: answer.code });
    return not(answer.code);
  }
  if (outcome === 'failed') {
    await settleFailed(tx, vault, { ...work, code: answer.code });
    await record(tx, vault, answering, found, { outcome, code: answer.code });
  } else if (outcome === 'refused') {
    await settleRefused(tx, vault, { ...work, reason: answer.reason });
    await record(tx, vault, answering, found, { outcome, code: answer.reason });
  } else {
    const settled = await settleDone(tx, vault, { ...work, values: answer.values });
    await record(tx, vault, answering, found, {
      outcome: settled === 'not_true' ? 'failed' : 'done',
      code: settled === 'not_true' ? 'STILL_THERE' : null,
    });
  }
  return { state: 'accepted' };
}

/**
 * Keeps with an open question that it was answered, and why that did not count. Nothing else changes; why a
 * holder would not do it stays.
 */
async function noteUnusable(
  tx: Tx,
  { id }: Task,
  { code, now }: { code: AnswerRefusal; now: Date },
): Promise<void> {
  await tx
    .update(holderTask)
    .set({ lastError: code, answeredAt: now })
    .where(and(eq(holderTask.id, id), isNull(holderTask.endedAt), ne(holderTask.state, 'refused')));
}

type Found = { task: Task; serviceId: string | null; reference: string | null };

/** The request before its task, as everybody who needs both does. */
async function lockTask(tx: Tx, id: string): Promise<Found | null> {
  const [known] = await tx
    .select({ requestId: holderTask.requestId })
    .from(holderTask)
    .where(eq(holderTask.id, id));
  if (!known) return null;
  const [request] = await tx
    .select({ reference: dataSubjectRequest.reference })
    .from(dataSubjectRequest)
    .where(eq(dataSubjectRequest.id, known.requestId))
    .for('update');
  const [found] = await tx
    .select({ task: holderTask, serviceId: holder.serviceId })
    .from(holderTask)
    .leftJoin(holder, eq(holder.id, holderTask.holderId))
    .where(eq(holderTask.id, id))
    .for('update', { of: holderTask });
  return found ? { ...found, reference: request?.reference ?? null } : null;
}

/**
 * Of a task that is not this service's, its person learns; the service only that there is none. Who repeats
 * it does not fill anybody's log: it is refused all the same.
 */
async function refuse(
  tx: Tx,
  vault: Vault,
  { actor, input, requestId, now }: Answering,
  found: Found | null,
  code: AnswerRefusal,
): Promise<Answered> {
  const of = `${actor.id}|${found?.task.id ?? ''}|${code}`;
  const { over } = await takeIn(tx, vault, budgets.answerRefused, { of, now });
  if (over) return { refused: code };
  await recordAudit(tx, vault, {
    action: 'holder.answer_refused',
    actor,
    subjectId: found?.task.subjectId ?? null,
    purpose: 'privacy_rights',
    outcome: 'refused',
    reference: found?.reference ?? null,
    requestId,
    ...(found
      ? {
          details: { code, kind: found.task.kind, holder: found.task.holderId, claim: input.claim },
        }
      : {}),
    now,
  });
  return { refused: code };
}

async function record(
  tx: Tx,
  vault: Vault,
  { actor, requestId, now }: Answering,
  { task, reference }: Found,
  { outcome, code }: { outcome: 'done' | 'failed' | 'refused'; code: string | null },
): Promise<void> {
  await recordAudit(tx, vault, {
    action: 'holder.task_answered',
    actor,
    subjectId: task.subjectId,
    purpose: 'privacy_rights',
    outcome,
    sections: sectionsHeldBy(task.holderId),
    reference,
    requestId,
    details: { kind: task.kind, ...(code ? { code } : {}) },
    now,
  });
}
