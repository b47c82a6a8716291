import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { newId } from '../../crypto/token.ts';
import type { Vault } from '../../crypto/vault.ts';
import { DomainError } from '../../errors.ts';
import { enqueue } from '../../jobs/define.ts';
import { CONFIRM_MS, confirmationJob, REMIND_MS } from '../../requests/behalf/confirmation-job.ts';
import { type AskedFor, askedForOf } from '../../requests/behalf/shown.ts';
import type { AskedBy } from '../../requests/rectification/pass-on.ts';
import { newReference } from '../../requests/reference.ts';
import { finishStep, notify, planSteps } from '../../requests/steps.ts';
import { fieldNames, fieldOf } from './about.ts';
import type { Case } from './thread.ts';

type Asked = {
  subjectId: string;
  aboutId: string;
  value: string;
  due: Date;
  /** Who of staff asks for it, in which case; null where the customer does. */
  askedFor: { who: string; ticket: string } | null;
  now: Date;
};

/**
 * A correction that a person decides: a request (GDPR Art. 16) with its clock, beside its case. One that
 * staff ask for waits for the customer's yes; without one there is the row and nothing else.
 */
export async function openRequest(
  tx: Tx,
  vault: Vault,
  { subjectId, aboutId, value, due, askedFor, now }: Asked,
): Promise<string> {
  const names = fieldNames(aboutId);
  const key = await vault.subjectKey(tx, subjectId);
  const id = newId(now);
  const reference = newReference();
  await tx.insert(dataSubjectRequest).values({
    id,
    subjectId,
    reference,
    kind: 'rectification',
    state: askedFor ? 'unconfirmed' : 'running',
    receivedAt: now,
    dueAt: due,
    sections: [fieldOf(names)?.table.section ?? 'records'],
    field: names.table === 'account' ? names.column : null,
    proposedValue: vault.seal(key, 'data_subject_request.proposed_value', value),
    ...(askedFor && {
      askedBy: askedFor.who,
      askedTicket: askedFor.ticket,
      confirmBy: new Date(now.getTime() + CONFIRM_MS),
    }),
  });
  if (askedFor)
    await enqueue(tx, confirmationJob, {
      payload: { requestId: id },
      subjectId,
      now,
      runAt: new Date(now.getTime() + REMIND_MS),
      dedupeKey: `request.confirmation:${id}`,
    });
  else await planJudgement(tx, { id, subjectId });
  return reference;
}

/** By whom the correction of a case was asked for, and what the customer said to it; null where they asked. */
export async function askedForIn(tx: Tx, { requestReference }: Case): Promise<AskedFor | null> {
  if (requestReference === null) return null;
  const [row] = await tx
    .select()
    .from(dataSubjectRequest)
    .where(eq(dataSubjectRequest.reference, requestReference));
  return row ? askedForOf(row) : null;
}

/**
 * The customer's yes: from here on it is a request as if they had asked for it, by the clock of the first day.
 * @throws {DomainError} CONFIRMATION_OVER when it does not wait for an answer, or not any more
 */
export async function confirmRequest(tx: Tx, reference: string, now: Date): Promise<void> {
  const [confirmed] = await tx
    .update(dataSubjectRequest)
    .set({ state: 'running', answer: 'confirmed', answeredAt: now })
    .where(and(waits(reference), gt(dataSubjectRequest.confirmBy, now)))
    .returning({ id: dataSubjectRequest.id, subjectId: dataSubjectRequest.subjectId });
  if (!confirmed) throw new DomainError('CONFIRMATION_OVER');
  await planJudgement(tx, confirmed);
  await notify(tx, confirmed.id);
}

/** The customer's no, where it waits for an answer. @returns whether it did */
export async function declineRequest(tx: Tx, reference: string, now: Date): Promise<boolean> {
  const [declined] = await tx
    .update(dataSubjectRequest)
    .set({ state: 'cancelled', endedAt: now, answer: 'declined', answeredAt: now })
    .where(waits(reference))
    .returning({ id: dataSubjectRequest.id });
  if (declined) await notify(tx, declined.id);
  return declined !== undefined;
}

function planJudgement(tx: Tx, { id, subjectId }: { id: string; subjectId: string }) {
  return planSteps(tx, { requestId: id, subjectId, steps: [{ name: 'judged' }] });
}

/** The request has its decision; whoever else holds the field may still have to be asked. */
export async function judged(tx: Tx, reference: string, now: Date): Promise<AskedBy | undefined> {
  const [request] = await tx
    .select({ id: dataSubjectRequest.id })
    .from(dataSubjectRequest)
    .where(and(open(reference), eq(dataSubjectRequest.state, 'running')));
  if (!request) return undefined;
  await finishStep(tx, { requestId: request.id, position: 0, rowsDone: 0, now });
  return { ...request, reference, steps: 1 };
}

/** Ends the request of a case; one that nobody confirmed ends as if it had not been asked for. */
export async function endRequest(
  tx: Tx,
  { reference, state, now }: { reference: string; state: 'completed' | 'cancelled'; now: Date },
): Promise<void> {
  const [ended] = await tx
    .update(dataSubjectRequest)
    .set({
      state: sql`case when state = 'unconfirmed' then 'cancelled' else ${state} end`,
      endedAt: now,
    })
    .where(open(reference))
    .returning({ id: dataSubjectRequest.id });
  if (ended) await notify(tx, ended.id);
}

const open = (reference: string) =>
  and(eq(dataSubjectRequest.reference, reference), isNull(dataSubjectRequest.endedAt));

const waits = (reference: string) =>
  and(open(reference), eq(dataSubjectRequest.state, 'unconfirmed'));
