import { and, desc, eq, isNotNull } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import { recordAudit } from '../../audit/record.ts';
import type { Vault } from '../../crypto/vault.ts';
import { DomainError } from '../../errors.ts';
import { daysLeft } from '../../requests/clock.ts';
import { fieldValues } from './field-values.ts';
import type { CaseCall } from './open.ts';
import { askedForIn, confirmRequest, declineRequest, endRequest } from './rectification.ts';
import { addMessage, caseOf, openCaseOf, readCase, subjectLineOf } from './thread.ts';

/** A customer's own cases, newest first. */
export async function ownCases(
  tx: Tx,
  vault: Vault,
  { subjectId, now }: { subjectId: string; now: Date },
) {
  const [key, rows, answers] = await Promise.all([
    vault.subjectKey(tx, subjectId),
    tx
      .select()
      .from(supportTicket)
      .where(eq(supportTicket.subjectId, subjectId))
      .orderBy(desc(supportTicket.openedAt), desc(supportTicket.id)),
    answersOf(tx, subjectId),
  ]);
  return rows.map((row) => ({
    reference: row.reference,
    kind: row.kind,
    state: row.state,
    subjectLine: subjectLineOf(vault, key, row),
    openedAt: row.openedAt,
    dueAt: row.dueAt,
    closedAt: row.closedAt,
    decision: row.decision,
    /** What this person said to a correction that support asked for; null for anything else. */
    answer: answers.get(row.requestReference ?? '') ?? null,
    daysLeft: row.closedAt ? null : daysLeft(row.dueAt, now),
  }));
}

/** Answers to what support asked for, by the reference of the request. */
async function answersOf(tx: Tx, subjectId: string) {
  const rows = await tx
    .select({ reference: dataSubjectRequest.reference, answer: dataSubjectRequest.answer })
    .from(dataSubjectRequest)
    .where(and(eq(dataSubjectRequest.subjectId, subjectId), isNotNull(dataSubjectRequest.answer)));
  return new Map(rows.map(({ reference, answer }) => [reference, answer]));
}

/** One of them, with what was written. @throws {DomainError} NOT_FOUND */
export async function ownCase(
  tx: Tx,
  vault: Vault,
  { subjectId, reference, now }: { subjectId: string; reference: string; now: Date },
) {
  const row = await caseOf(tx, { subjectId, reference });
  const [shown, askedFor, values] = await Promise.all([
    readCase(tx, vault, row, now),
    askedForIn(tx, row),
    fieldValues(tx, vault, await vault.subjectKey(tx, subjectId), row),
  ]);
  return {
    ...shown,
    ...values,
    /** By whom of support the correction was asked for, and what this person said to it. */
    askedFor,
    workedOnBy: row.assignedLabel,
    daysLeft: row.closedAt ? null : daysLeft(row.dueAt, now),
  };
}

/** The customer writes: the case waits for us. @throws {DomainError} NOT_FOUND, CASE_CLOSED */
export async function writeInOwnCase(
  tx: Tx,
  vault: Vault,
  call: CaseCall,
  { reference, text }: { reference: string; text: string },
): Promise<void> {
  const { subjectId, actor, requestId, now } = call;
  const row = await openCaseOf(tx, { subjectId, reference });
  const message = { subjectId, ticketId: row.id, author: 'customer', authorLabel: 'You' } as const;
  await addMessage(tx, vault, { ...message, text, now });
  await tx.update(supportTicket).set({ state: 'open' }).where(eq(supportTicket.id, row.id));
  await recordAudit(tx, vault, {
    action: 'case.written',
    actor,
    subjectId,
    purpose: 'support',
    sections: ['support'],
    reference,
    requestId,
    now,
  });
}

/**
 * The customer's yes to a correction that support asked for. It asks for no more than asking for it
 * themselves does: the session. Decided it is by somebody else, as any correction.
 * @throws {DomainError} NOT_FOUND, CASE_CLOSED, CONFIRMATION_OVER when nothing in it waits for a yes
 */
export async function confirmCorrection(
  tx: Tx,
  vault: Vault,
  call: CaseCall,
  reference: string,
): Promise<void> {
  const { subjectId, now } = call;
  const { id, requestReference } = await openCaseOf(tx, { subjectId, reference });
  if (requestReference === null) throw new DomainError('CONFIRMATION_OVER');
  await confirmRequest(tx, requestReference, now);
  await tx.update(supportTicket).set({ state: 'open' }).where(eq(supportTicket.id, id));
  await recordAnswer(tx, vault, call, { action: 'request.confirmed', reference: requestReference });
}

/** The customer takes it back; the request that it was ends with it. @throws {DomainError} NOT_FOUND, CASE_CLOSED */
export async function withdrawCase(
  tx: Tx,
  vault: Vault,
  call: CaseCall,
  reference: string,
): Promise<void> {
  const { subjectId, actor, requestId, now } = call;
  const row = await openCaseOf(tx, { subjectId, reference });
  // It is stopped, which says more than taken back: the link ends too.
  if (row.kind === 'lost_factors') throw new DomainError('INPUT_REFUSED');
  await tx
    .update(supportTicket)
    .set({ state: 'closed', closedAt: now, decision: 'withdrawn', decidedAt: now })
    .where(eq(supportTicket.id, row.id));
  const request = row.requestReference;
  if (request && (await declineRequest(tx, request, now)))
    await recordAnswer(tx, vault, call, { action: 'request.declined', reference: request });
  else if (request) await endRequest(tx, { reference: request, state: 'cancelled', now });
  await recordAudit(tx, vault, {
    action: 'case.withdrawn',
    actor,
    subjectId,
    purpose: 'support',
    sections: ['support'],
    reference,
    requestId,
    now,
  });
}

function recordAnswer(
  tx: Tx,
  vault: Vault,
  { subjectId, actor, requestId, now }: CaseCall,
  act: { action: 'request.confirmed' | 'request.declined'; reference: string },
): Promise<void> {
  const of = { subjectId, actor, purpose: 'privacy_rights', sections: ['records'] } as const;
  return recordAudit(tx, vault, { ...of, ...act, requestId, now });
}
