import { and, asc, eq } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { supportMessage, supportTicket } from '../../../db/schema/support.ts';
import { newId } from '../../crypto/token.ts';
import type { DataKey, Vault } from '../../crypto/vault.ts';
import { DomainError } from '../../errors.ts';
import { recoveryOf, recoveryView } from '../lost-factors/recovery.ts';
import { aboutOf } from './about.ts';

export type Case = typeof supportTicket.$inferSelect;
type Which = { subjectId: string; reference: string };

/**
 * A case of this customer, locked where it is to be changed: of two acts at once one comes first.
 * @throws {DomainError} NOT_FOUND
 */
export async function caseOf(
  tx: Tx,
  { subjectId, reference }: Which,
  lock: 'locked' | 'unlocked' = 'unlocked',
): Promise<Case> {
  const query = tx
    .select()
    .from(supportTicket)
    .where(and(eq(supportTicket.reference, reference), eq(supportTicket.subjectId, subjectId)));
  const [row] = lock === 'locked' ? await query.for('update') : await query;
  if (!row) throw new DomainError('NOT_FOUND');
  return row;
}

/** The same, for what only an open case takes. @throws {DomainError} NOT_FOUND, CASE_CLOSED */
export async function openCaseOf(tx: Tx, which: Which): Promise<Case> {
  const row = await caseOf(tx, which, 'locked');
  if (row.state === 'closed') throw new DomainError('CASE_CLOSED');
  return row;
}

/** Adds a message. @returns its id */
export async function addMessage(
  tx: Tx,
  vault: Vault,
  {
    subjectId,
    ticketId,
    author,
    authorLabel,
    text,
    now,
  }: {
    subjectId: string;
    ticketId: string;
    author: 'customer' | 'support';
    authorLabel: string;
    text: string;
    now: Date;
  },
): Promise<string> {
  const key = await vault.subjectKey(tx, subjectId);
  const id = newId(now);
  const body = vault.seal(key, 'support_message.body', text);
  await tx
    .insert(supportMessage)
    .values({ id, subjectId, ticketId, author, authorLabel, body, sentAt: now });
  return id;
}

/** Everything that both sides read of a case. */
export async function readCase(tx: Tx, vault: Vault, ticket: Case, now: Date) {
  const [key, messages, about, recovery] = await Promise.all([
    vault.subjectKey(tx, ticket.subjectId),
    tx
      .select()
      .from(supportMessage)
      .where(
        and(eq(supportMessage.ticketId, ticket.id), eq(supportMessage.subjectId, ticket.subjectId)),
      )
      .orderBy(asc(supportMessage.sentAt), asc(supportMessage.id)),
    aboutOf(tx, ticket, now),
    ticket.kind === 'lost_factors' ? recoveryOf(tx, ticket) : null,
  ]);
  const { reference, kind, state, openedAt, dueAt, closedAt, requestReference } = ticket;
  const { proposedValue, decision, decisionReason, decidedBy, decidedAt } = ticket;
  return {
    reference,
    kind,
    state,
    subjectLine: subjectLineOf(vault, key, ticket),
    openedAt,
    dueAt,
    closedAt,
    requestReference,
    about,
    recovery: recovery && recoveryView(recovery, now),
    proposedValue:
      proposedValue && vault.unseal(key, 'support_ticket.proposed_value', proposedValue),
    decision,
    decisionReason:
      decisionReason && vault.unseal(key, 'support_ticket.decision_reason', decisionReason),
    decidedBy,
    decidedAt,
    messages: messages.map(({ id, author, authorLabel, body, sentAt }) => ({
      id,
      author,
      authorLabel,
      text: vault.unseal(key, 'support_message.body', body),
      sentAt,
    })),
  };
}

export function subjectLineOf(vault: Vault, key: DataKey, { subjectLine }: Case): string {
  return vault.unseal(key, 'support_ticket.subject_line', subjectLine);
}
