import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { Tx } from '../../../db/connect.ts';
import { addPeriod } from '../../../db/data-map/keeps.ts';
import { account } from '../../../db/schema/account.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import type { Actor } from '../../actor.ts';
import { recordAudit } from '../../audit/record.ts';
import { newCode, newId } from '../../crypto/token.ts';
import type { Vault } from '../../crypto/vault.ts';
import { DomainError } from '../../errors.ts';
import { momentInWords } from '../../mail/moment-in-words.ts';
import { queueMail } from '../../mail/queue.ts';
import { CONFIRM_MS } from '../../requests/behalf/confirmation-job.ts';
import { dueAt } from '../../requests/clock.ts';
import { correctionOf, decisionOf, entryOf, fieldOf, isCorrectable, makesItself } from './about.ts';
import type { openCaseInput } from './input.ts';
import { caseLink, tellOpened } from './letters.ts';
import { openRequest } from './rectification.ts';
import { addMessage } from './thread.ts';

export type CaseWish = z.output<typeof openCaseInput>;
export type CaseCall = {
  subjectId: string;
  actor: Actor;
  publicUrl: string;
  requestId: string;
  now: Date;
};

/** Our own promise for a question; no law sets a time for it. */
const QUESTION = 'P5D';

/**
 * Opens a case of the customer: the thread, its clock and, for a correction, the request that it is
 * under law.
 *
 * @throws {DomainError} NOT_FOUND for a decision or an entry that is not theirs, INPUT_REFUSED for a field
 *   that there is not or a value that it cannot have, CASE_ALREADY_OPEN about the same thing
 */
export async function openCase(
  tx: Tx,
  vault: Vault,
  call: CaseCall,
  wish: CaseWish,
): Promise<{ reference: string }> {
  const { subjectId, publicUrl, now } = call;
  const about = await aboutOfWish(tx, call, wish);
  const { reference, due, timeZone } = await insertCase(tx, vault, call, { wish, ...about });
  await queueMail(tx, vault, {
    subjectId,
    template: 'case_received',
    params: { reference, due: momentInWords(due, timeZone), link: caseLink(publicUrl, reference) },
    dedupeKey: `case_received:${reference}`,
    now,
  });
  return { reference };
}

/**
 * Opens a question or a correction for a customer who asked for it elsewhere. They are told at once, and
 * the case waits for them: a correction is not granted before they have said yes, nor by who opened it.
 *
 * @throws {DomainError} as `openCase`
 */
export async function openCaseFor(
  tx: Tx,
  vault: Vault,
  call: CaseCall & { actor: Extract<Actor, { kind: 'staff' }> },
  wish: Extract<CaseWish, { kind: 'question' | 'correction' }>,
): Promise<{ reference: string }> {
  const about = await aboutOfWish(tx, call, wish);
  const { reference, timeZone } = await insertCase(tx, vault, call, { wish, ...about });
  const until = momentInWords(new Date(call.now.getTime() + CONFIRM_MS), timeZone);
  const { kind } = wish;
  await tellOpened(tx, vault, { ...call, reference }, { who: call.actor.label, kind, until });
  return { reference };
}

type Named = { wish: CaseWish; subjectLine: string; aboutId: string | null };

async function insertCase(
  tx: Tx,
  vault: Vault,
  { subjectId, actor, requestId, now }: CaseCall,
  { wish, subjectLine, aboutId }: Named,
) {
  const [person] = await tx
    .select({ country: account.country, timeZone: account.timeZone })
    .from(account)
    .where(eq(account.subjectId, subjectId));
  if (!person) throw new DomainError('NOT_FOUND');
  const { kind, text } = wish;
  const due = kind === 'question' ? addPeriod(now, QUESTION) : dueAt(now, person.country);
  const key = await vault.subjectKey(tx, subjectId);
  const id = newId(now);
  const reference = `T-${now.getUTCFullYear()}-${newCode(2).replace('-', '')}`;
  const value = kind === 'correction' ? wish.value : null;
  const staff = actor.kind === 'staff' ? actor : null;
  const [written] = await tx
    .insert(supportTicket)
    .values({
      id,
      subjectId,
      reference,
      kind,
      subjectLine: vault.seal(key, 'support_ticket.subject_line', subjectLine),
      // What staff wrote first is the customer's to answer.
      state: staff ? 'waiting' : 'open',
      openedAt: now,
      dueAt: due,
      assignedTo: staff?.accountId ?? null,
      assignedLabel: staff?.label ?? null,
      aboutKind: kinds[kind],
      aboutId,
      proposedValue:
        value === null ? null : vault.seal(key, 'support_ticket.proposed_value', value),
      requestReference: null,
    })
    .onConflictDoNothing()
    .returning({ id: supportTicket.id });
  if (!written) throw new DomainError('CASE_ALREADY_OPEN');
  if (value !== null && aboutId !== null) {
    const askedFor = staff && { who: staff.label, ticket: reference };
    const asked = { subjectId, aboutId, value, due, askedFor, now };
    const requestReference = await openRequest(tx, vault, asked);
    await tx.update(supportTicket).set({ requestReference }).where(eq(supportTicket.id, id));
  }
  await addMessage(tx, vault, {
    subjectId,
    ticketId: id,
    author: staff ? 'support' : 'customer',
    authorLabel: staff?.label ?? 'You',
    text,
    now,
  });
  await recordAudit(tx, vault, {
    action: 'case.opened',
    actor,
    subjectId,
    purpose: 'support',
    sections: ['support'],
    reference,
    requestId,
    details: { kind },
    now,
  });
  return { reference, due, timeZone: person.timeZone };
}

const kinds = {
  question: null,
  correction: 'field',
  human_review: 'decision',
  dispute: 'entry',
} as const;

async function aboutOfWish(tx: Tx, { subjectId, now }: CaseCall, wish: CaseWish) {
  switch (wish.kind) {
    case 'question':
      return { subjectLine: wish.about, aboutId: null };
    case 'correction': {
      const found = fieldOf(wish.about);
      if (!found || !isCorrectable(found)) throw new DomainError('INPUT_REFUSED');
      const { table, column } = found;
      const aboutId = `${table.name}.${column.key}`;
      if (makesItself(aboutId) && !correctionOf(aboutId, wish.value))
        throw new DomainError('INPUT_REFUSED');
      return { subjectLine: `Correction: ${table.title}, ${column.label}`, aboutId };
    }
    case 'human_review': {
      const decision = await decisionOf(tx, { subjectId, id: wish.about });
      if (!decision) throw new DomainError('NOT_FOUND');
      return { subjectLine: 'Review of an automated decision', aboutId: wish.about };
    }
    case 'dispute': {
      const entry = await entryOf(tx, { subjectId, id: wish.about, now });
      if (!entry) throw new DomainError('NOT_FOUND');
      return { subjectLine: `Entry in the log: ${entry.actor}`, aboutId: wish.about };
    }
  }
}
