import { eq } from 'drizzle-orm';
import { type Db, type Tx, withSubject } from '../../../db/connect.ts';
import { columnOf, subjectTableNamed } from '../../../db/data-map/index.ts';
import { maskValue } from '../../../db/data-map/mask.ts';
import { account, type StaffRole } from '../../../db/schema/account.ts';
import { staffMember } from '../../../db/schema/staff.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import type { Actor } from '../../actor.ts';
import type { AuditAction } from '../../audit/actions.ts';
import { recordAudit } from '../../audit/record.ts';
import type { DataKey, Vault } from '../../crypto/vault.ts';
import { DomainError } from '../../errors.ts';
import { daysLeft } from '../../requests/clock.ts';
import { maskedName } from '../look-up.ts';
import { entryOf, fieldNames } from './about.ts';
import { tellAnswer } from './letters.ts';
import { addMessage, type Case, caseOf, openCaseOf, readCase } from './thread.ts';

/** A member of staff at a case. */
export type DeskCall = {
  actor: Extract<Actor, { kind: 'staff' }>;
  role: StaffRole;
  publicUrl: string;
  requestId: string;
  now: Date;
};

export type Which = {
  subjectId: string;
  reference: string;
  /** Account of who worked on the case and is no longer here. */
  leftBy: string | null;
};

/** Runs on the rows of the one customer whose case it is. @throws {DomainError} NOT_FOUND */
export async function inCase<T>(
  db: Db,
  reference: string,
  statements: (tx: Tx, which: Which) => Promise<T>,
): Promise<T> {
  const [row] = await db
    .select({
      subjectId: supportTicket.subjectId,
      assignedTo: supportTicket.assignedTo,
      disabledAt: staffMember.disabledAt,
    })
    .from(supportTicket)
    .leftJoin(staffMember, eq(staffMember.accountId, supportTicket.assignedTo))
    .where(eq(supportTicket.reference, reference));
  if (!row) throw new DomainError('NOT_FOUND');
  const { subjectId, assignedTo, disabledAt } = row;
  const which = { subjectId, reference, leftBy: disabledAt && assignedTo };
  return withSubject(db, subjectId, 'write', (tx) => statements(tx, which));
}

/** A case as staff read it: recorded in the customer's log first. */
export async function deskCase(tx: Tx, vault: Vault, call: DeskCall, which: Which) {
  await record(tx, vault, call, { ...which, action: 'case.read' });
  const row = await caseOf(tx, which);
  const [[person], key, shown] = await Promise.all([
    tx.select().from(account).where(eq(account.subjectId, which.subjectId)),
    vault.subjectKey(tx, which.subjectId),
    readCase(tx, vault, row, call.now),
  ]);
  if (!person) throw new DomainError('NOT_FOUND');
  return {
    ...shown,
    subjectId: which.subjectId,
    ...maskedName(vault, key, person),
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

/** Takes a case to work on it; taking one's own again changes nothing. @throws as `mayWork` */
export async function takeCase(tx: Tx, vault: Vault, call: DeskCall, which: Which): Promise<void> {
  await takenCase(tx, vault, call, which);
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

/**
 * The case, locked, open, and this person's to work on: what nobody works on becomes theirs.
 * @throws {DomainError} NOT_FOUND, CASE_CLOSED, CASE_TAKEN when a colleague works on it,
 *   OWN_ACT_DISPUTED for a dispute of one's own act
 */
export async function takenCase(tx: Tx, vault: Vault, call: DeskCall, which: Which): Promise<Case> {
  const { accountId, label } = call.actor;
  const row = await openCaseOf(tx, which);
  await refuseOwnDispute(tx, row, call);
  if (row.assignedTo === accountId) return row;
  // From a colleague only an officer takes it, or anybody once that colleague has left.
  const free = row.assignedTo === null || row.assignedTo === which.leftBy;
  if (!free && call.role !== 'officer') throw new DomainError('CASE_TAKEN');
  const taken = { assignedTo: accountId, assignedLabel: label };
  await tx.update(supportTicket).set(taken).where(eq(supportTicket.id, row.id));
  await record(tx, vault, call, { ...which, action: 'case.taken' });
  return { ...row, ...taken };
}

/** Nobody judges what they did themselves. */
async function refuseOwnDispute(
  tx: Tx,
  { subjectId, aboutKind, aboutId }: Case,
  { actor, now }: DeskCall,
): Promise<void> {
  if (aboutKind !== 'entry' || aboutId === null) return;
  const entry = await entryOf(tx, { subjectId, id: aboutId, now });
  if (entry?.actorKind === 'staff' && entry.actorId === actor.accountId)
    throw new DomainError('OWN_ACT_DISPUTED');
}

export async function record(
  tx: Tx,
  vault: Vault,
  { actor, requestId, now }: DeskCall,
  {
    subjectId,
    reference,
    action,
    details,
  }: {
    subjectId: string;
    reference: string;
    action: AuditAction;
    details?: { readonly [key: string]: string };
  },
): Promise<void> {
  await recordAudit(tx, vault, {
    action,
    actor,
    subjectId,
    purpose: 'support',
    sections: ['support'],
    reference,
    requestId,
    ...(details ? { details } : {}),
    now,
  });
}
