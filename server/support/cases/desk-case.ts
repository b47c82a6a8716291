import { eq } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { columnOf, subjectTableNamed } from '../../../db/data-map/index.ts';
import { maskValue } from '../../../db/data-map/mask.ts';
import { account } from '../../../db/schema/account.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import { maskedPerson } from '../../account/masked.ts';
import type { Vault } from '../../crypto/vault.ts';
import { DomainError } from '../../errors.ts';
import { daysLeft } from '../../requests/clock.ts';
import { recoveryOf } from '../lost-factors/recovery.ts';
import { makesItself } from './about.ts';
import { accountColumn, type FieldValues, fieldValues } from './field-values.ts';
import { decisionsOf } from './fitting.ts';
import { tellAnswer } from './letters.ts';
import { askedForIn } from './rectification.ts';
import { type DeskCall, record, takenCase, type Which } from './taken.ts';
import { addMessage, type Case, caseOf, readCase } from './thread.ts';
import { whyNotGranted } from './why-not-granted.ts';
import { whyNotTaken } from './why-not-taken.ts';

const accountTable = subjectTableNamed('account');

/**
 * A case as staff read it: recorded in the customer's log first. Messages, values and reasons are for
 * whoever works on it, for officers, and for the second of two who decide; others see whose it is, its
 * kind, of all but questions what it is about in a line, and how it ended.
 */
export async function deskCase(tx: Tx, vault: Vault, call: DeskCall, which: Which) {
  await record(tx, vault, call, { ...which, action: 'case.read' });
  const row = await caseOf(tx, which);
  const [[person], key, shown, recovery, askedFor, notTaken, notGranted] = await Promise.all([
    tx.select().from(account).where(eq(account.subjectId, which.subjectId)),
    vault.subjectKey(tx, which.subjectId),
    readCase(tx, vault, row, call.now),
    recoveryOf(tx, row),
    askedForIn(tx, row),
    row.state === 'closed' ? null : whyNotTaken(tx, row, call, which),
    row.state === 'closed' ? null : whyNotGranted(tx, row, call.actor.accountId),
  ]);
  if (!person) throw new DomainError('NOT_FOUND');
  const mine = row.assignedTo === call.actor.accountId;
  const isSecond = recovery?.proposedAt != null && recovery.endedAt === null;
  const reads = mine || isSecond || call.role === 'officer';
  return {
    ...shown,
    // The customer's own words, which the map hides from staff; of other kinds the line is ours.
    subjectLine: reads || row.kind !== 'question' ? shown.subjectLine : null,
    messages: reads ? shown.messages : null,
    proposedValue: reads ? shown.proposedValue : null,
    decisionReason: reads ? shown.decisionReason : null,
    /** Whether granting the correction makes it. */
    makesItself: row.aboutKind === 'field' && row.aboutId !== null && makesItself(row.aboutId),
    /** By whom of staff the correction was asked for, and what the customer said to it. */
    askedFor,
    /** Why whoever reads this may not work on it. */
    notTaken,
    /** Why whoever reads this may not grant it now; refusing it they may. */
    notGranted,
    /** The decisions that are left to whoever works on it. */
    decisions: row.state === 'closed' ? [] : decisionsOf(row.kind, notGranted === null),
    subjectId: which.subjectId,
    ...maskedPerson(vault, key, person),
    /** Why the first of two would give a new factor; the second reads it before agreeing. */
    proposal:
      reads && recovery?.proposalReason
        ? {
            reason: vault.unseal(key, 'factor_recovery.proposal_reason', recovery.proposalReason),
            mine: recovery.proposedBy === call.actor.accountId,
          }
        : null,
    ...(reads
      ? maskedValues(row, await fieldValues(tx, vault, key, row))
      : { nowValue: null, beforeValue: null }),
    assigned:
      row.assignedLabel === null
        ? null
        : { label: row.assignedLabel, mine, left: which.left.has(row.assignedTo ?? '') },
    daysLeft: row.closedAt ? null : daysLeft(row.dueAt, call.now),
  };
}

/** The same values as the map lets staff see them. */
function maskedValues(row: Case, values: FieldValues): FieldValues {
  const column = accountColumn(row);
  if (column === null) return values;
  const mask = (value: string | null) =>
    value && String(maskValue(columnOf(accountTable, column), value));
  return { nowValue: mask(values.nowValue), beforeValue: mask(values.beforeValue) };
}

/** Writes to the customer, who is told that there is an answer: the case waits for them. */
export async function writeInCase(
  tx: Tx,
  vault: Vault,
  call: DeskCall,
  which: Which,
  text: string,
): Promise<void> {
  const { actor, now, publicUrl } = call;
  const row = await takenCase(tx, vault, call, which);
  // Who lost every factor cannot sign in to read it.
  if (row.kind === 'lost_factors') throw new DomainError('INPUT_REFUSED');
  const key = await addMessage(tx, vault, {
    subjectId: which.subjectId,
    ticketId: row.id,
    author: 'support',
    authorLabel: actor.label,
    text,
    now,
  });
  await tx.update(supportTicket).set({ state: 'waiting' }).where(eq(supportTicket.id, row.id));
  await record(tx, vault, call, { ...which, action: 'case.written' });
  await tellAnswer(tx, vault, { ...which, publicUrl, now }, { kind: 'case_answered', key });
}
