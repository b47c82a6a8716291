import { eq } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { columnOf, subjectTableNamed } from '../../../db/data-map/index.ts';
import { maskValue } from '../../../db/data-map/mask.ts';
import { account } from '../../../db/schema/account.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import type { DataKey, Vault } from '../../crypto/vault.ts';
import { DomainError } from '../../errors.ts';
import { daysLeft } from '../../requests/clock.ts';
import { maskedName } from '../look-up.ts';
import { recoveryOf } from '../lost-factors/recovery.ts';
import { fieldNames } from './about.ts';
import { tellAnswer } from './letters.ts';
import { type DeskCall, record, takenCase, type Which } from './taken.ts';
import { addMessage, type Case, caseOf, readCase } from './thread.ts';

/** A case as staff read it: recorded in the customer's log first. */
export async function deskCase(tx: Tx, vault: Vault, call: DeskCall, which: Which) {
  await record(tx, vault, call, { ...which, action: 'case.read' });
  const row = await caseOf(tx, which);
  const [[person], key, shown, recovery] = await Promise.all([
    tx.select().from(account).where(eq(account.subjectId, which.subjectId)),
    vault.subjectKey(tx, which.subjectId),
    readCase(tx, vault, row, call.now),
    recoveryOf(tx, row),
  ]);
  if (!person) throw new DomainError('NOT_FOUND');
  return {
    ...shown,
    subjectId: which.subjectId,
    ...maskedName(vault, key, person),
    /** Why the first of two would give a new factor; the second reads it before agreeing. */
    proposal: recovery?.proposalReason
      ? {
          reason: vault.unseal(key, 'factor_recovery.proposal_reason', recovery.proposalReason),
          mine: recovery.proposedBy === call.actor.accountId,
        }
      : null,
    nowValue: valueNow(vault, key, row, person),
    assigned:
      row.assignedLabel === null
        ? null
        : { label: row.assignedLabel, mine: row.assignedTo === call.actor.accountId },
    daysLeft: row.closedAt ? null : daysLeft(row.dueAt, call.now),
  };
}

const table = subjectTableNamed('account');
const sealedPlaces = {
  displayName: 'account.display_name',
  phone: 'account.phone',
  company: 'account.company',
} as const;

/** What a field of the account says now, as the map lets staff see it; null where it is of another table. */
function valueNow(
  vault: Vault,
  key: DataKey,
  { aboutKind, aboutId }: Case,
  person: typeof account.$inferSelect,
): string | null {
  if (aboutKind !== 'field' || aboutId === null) return null;
  const { table: tableName, column } = fieldNames(aboutId);
  if (tableName !== 'account') return null;
  const place = sealedPlaces[column as keyof typeof sealedPlaces];
  const stored = person[column as keyof typeof person];
  if (typeof stored !== 'string') return null;
  const value = place ? vault.unseal(key, place, stored as never) : stored;
  const described = columnOf(table, column);
  if (!place && described.storage === 'sealed') return null;
  return String(maskValue(described, value));
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
