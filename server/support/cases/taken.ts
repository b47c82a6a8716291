import { and, eq, isNotNull } from 'drizzle-orm';
import { type Db, type Tx, withSubject } from '../../../db/connect.ts';
import { type AccountStatus, account, type StaffRole } from '../../../db/schema/account.ts';
import { staffMember } from '../../../db/schema/staff.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import type { Actor } from '../../actor.ts';
import type { AuditAction } from '../../audit/actions.ts';
import { recordAudit } from '../../audit/record.ts';
import type { Vault } from '../../crypto/vault.ts';
import { DomainError } from '../../errors.ts';
import { type Case, openCaseOf } from './thread.ts';
import { whyNotTaken } from './why-not-taken.ts';

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
  /** Accounts of staff who are no longer here. */
  left: ReadonlySet<string>;
};

/** Runs on the rows of the one customer whose case it is. @throws {DomainError} NOT_FOUND */
export async function inCase<T>(
  db: Db,
  reference: string,
  statements: (tx: Tx, which: Which) => Promise<T>,
): Promise<T> {
  const [[row], left] = await Promise.all([
    db
      .select({ subjectId: supportTicket.subjectId })
      .from(supportTicket)
      .where(eq(supportTicket.reference, reference)),
    db
      .select({ accountId: staffMember.accountId })
      .from(staffMember)
      .where(isNotNull(staffMember.disabledAt)),
  ]);
  if (!row) throw new DomainError('NOT_FOUND');
  const { subjectId } = row;
  const which = { subjectId, reference, left: new Set(left.map(({ accountId }) => accountId)) };
  return withSubject(db, subjectId, 'write', (tx) => statements(tx, which));
}

/** Takes a case to work on it; taking one's own again changes nothing. @throws as `takenCase` */
export async function takeCase(tx: Tx, vault: Vault, call: DeskCall, which: Which): Promise<void> {
  await takenCase(tx, vault, call, which);
}

/**
 * Gives a case back, for anybody to take; what was written stays in it. What nobody works on stays so.
 * @throws {DomainError} NOT_FOUND, CASE_CLOSED, CASE_TAKEN for a colleague's: an officer takes that, and
 *   answers for it
 */
export async function giveBackCase(
  tx: Tx,
  vault: Vault,
  call: DeskCall,
  which: Which,
): Promise<void> {
  await holdAccount(tx, which.subjectId, ['active', 'pending_deletion']);
  const { id, assignedTo } = await openCaseOf(tx, which);
  if (assignedTo === null) return;
  if (assignedTo !== call.actor.accountId) throw new DomainError('CASE_TAKEN');
  const free = { assignedTo: null, assignedLabel: null };
  await tx.update(supportTicket).set(free).where(eq(supportTicket.id, id));
  await record(tx, vault, call, { ...which, action: 'case.given_back' });
}

/**
 * The case, locked, open, and this person's to work on: what nobody works on becomes theirs.
 * @throws {DomainError} NOT_FOUND, CASE_CLOSED, CASE_TAKEN when a colleague works on it,
 *   OWN_ACT_DISPUTED for a dispute of one's own act, NOT_ALLOWED for an officer and lost factors
 */
export async function takenCase(tx: Tx, vault: Vault, call: DeskCall, which: Which): Promise<Case> {
  const { accountId, label } = call.actor;
  await holdAccount(tx, which.subjectId, ['active', 'pending_deletion']);
  const row = await openCaseOf(tx, which);
  const why = await whyNotTaken(tx, row, call, which);
  if (why) throw new DomainError(why);
  if (row.assignedTo === accountId) return row;
  const taken = { assignedTo: accountId, assignedLabel: label };
  await tx.update(supportTicket).set(taken).where(eq(supportTicket.id, row.id));
  await record(tx, vault, call, { ...which, action: 'case.taken' });
  return { ...row, ...taken };
}

/**
 * Holds the customer's account as it is until the end of the transaction, so that nothing is written
 * beside a deletion that has begun.
 * @throws {DomainError} NOT_FOUND when there is no such customer, or they are past that
 */
export async function holdAccount(
  tx: Tx,
  subjectId: string,
  states: readonly AccountStatus[],
): Promise<void> {
  const [row] = await tx
    .select({ status: account.status })
    .from(account)
    .where(and(eq(account.subjectId, subjectId), eq(account.role, 'customer')))
    .for('no key update');
  if (!row || !states.includes(row.status)) throw new DomainError('NOT_FOUND');
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
