import { eq, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { type AccountRole, account, type StaffRole } from '../../db/schema/account.ts';
import { staffMember } from '../../db/schema/staff.ts';
import { recordAudit } from '../audit/record.ts';
import { mayImpersonate } from '../auth/grant-stands.ts';
import { staffMac } from '../auth/staff-mac.ts';
import { newId } from '../crypto/token.ts';
import type { Vault } from '../crypto/vault.ts';
import { DomainError } from '../errors.ts';
import { endViews, openViews } from '../support/end-views.ts';
import { mailInvitation } from './invitation.ts';

export type NewStaff = {
  email: string;
  name: string;
  role: StaffRole;
  /** How customers see the person; never the name: "Support agent S-31". */
  label: string;
  trainingValidUntil: Date;
  confidentialityValidUntil: Date;
};

/**
 * Adds a member of staff and invites them by mail: the link sets a password, and the first sign-in adds
 * the second factor.
 *
 * @returns the invitation, good once and for a day
 * @throws {DomainError} EMAIL_NOT_AVAILABLE when an account has the address, LABEL_TAKEN for a name in use
 */
export async function addStaff(
  tx: Tx,
  vault: Vault,
  {
    staff,
    consoleUrl,
    requestId,
    now,
  }: { staff: NewStaff; consoleUrl: string; requestId: string; now: Date },
): Promise<{ accountId: string; link: string }> {
  const accountId = newId(now);
  const key = await vault.createSubjectKey(tx, accountId, now);
  const [added] = await tx
    .insert(account)
    .values({
      subjectId: accountId,
      role: staff.role,
      status: 'active',
      email: vault.seal(key, 'account.email', staff.email),
      emailIndex: vault.emailIndex(staff.email),
      emailVerifiedAt: null,
      displayName: vault.seal(key, 'account.display_name', staff.name),
      phone: null,
      company: null,
      country: 'DE',
      region: null,
      language: 'en',
      timeZone: 'UTC',
      theme: 'auto',
      createdAt: now,
      sessionEpoch: 0,
      supportAccess: false,
    })
    .onConflictDoNothing()
    .returning({ subjectId: account.subjectId });
  if (!added) throw new DomainError('EMAIL_NOT_AVAILABLE');
  const { label, trainingValidUntil, confidentialityValidUntil } = staff;
  const row = { accountId, label, trainingValidUntil, confidentialityValidUntil, disabledAt: null };
  const [named] = await tx
    .insert(staffMember)
    .values({ ...row, addedAt: now, rowMac: staffMac(vault, staff.role, row) })
    .onConflictDoNothing()
    .returning({ accountId: staffMember.accountId });
  if (!named) throw new DomainError('LABEL_TAKEN');
  const link = await mailInvitation(tx, vault, { accountId, which: 'first', consoleUrl, now });
  await recordAudit(tx, vault, {
    action: 'staff.added',
    actor: { kind: 'system', job: 'operator.staff' },
    subjectId: accountId,
    purpose: 'accountability',
    sections: ['account'],
    requestId,
    details: { role: staff.role },
    now,
  });
  return { accountId, link };
}

/** What may be changed of a member of staff; leaving somebody out of the right to view ends it at once. */
export type StaffChange = {
  /** What the operator says their role is; needed where nothing proves the one that stands in the row. */
  role?: StaffRole;
  disabled?: boolean;
  trainingValidUntil?: Date;
  confidentialityValidUntil?: Date;
};

/** Nothing proves what stands in a row: this program did not write it so. */
export class UnprovedStaffError extends Error {
  override name = 'UnprovedStaffError';
  readonly role: AccountRole;
  constructor(role: AccountRole) {
    super('the entry of this member of staff is not proved');
    this.role = role;
  }
}

/**
 * Changes or disables a member of staff by the label they are shown under. Disabling ends all their
 * sessions with the next call of each, and needs no proof; nor does it give one to what has none.
 * @throws {DomainError} NOT_FOUND
 * @throws {UnprovedStaffError} when the row was altered by hand, or is older than the proofs, and the operator
 *   does not say which role stands in it
 */
export async function changeStaff(
  tx: Tx,
  vault: Vault,
  {
    label,
    change,
    publicUrl,
    requestId,
    now,
  }: { label: string; change: StaffChange; publicUrl: string; requestId: string; now: Date },
): Promise<void> {
  const { disabled, role: said, ...dates } = change;
  const [found] = await tx
    .select({ role: account.role, before: staffMember })
    .from(staffMember)
    .innerJoin(account, eq(account.subjectId, staffMember.accountId))
    .where(eq(staffMember.label, label))
    .for('update');
  if (!found) throw new DomainError('NOT_FOUND');
  const ends = disabled === undefined ? {} : { disabledAt: disabled ? now : null };
  const row = { ...found.before, ...dates, ...ends };
  const proved =
    said === found.role || staffMac(vault, found.role, found.before) === found.before.rowMac;
  if (!proved && !disabled) throw new UnprovedStaffError(found.role);
  await tx
    .update(staffMember)
    .set({ ...dates, ...ends, ...(proved && { rowMac: staffMac(vault, found.role, row) }) })
    .where(eq(staffMember.accountId, row.accountId));
  const actor = { kind: 'system', job: 'operator.staff' } as const;
  // Given back the console, nobody finds a session of before.
  if (disabled)
    await tx
      .update(account)
      .set({ sessionEpoch: sql`${account.sessionEpoch} + 1` })
      .where(eq(account.subjectId, row.accountId));
  if (!mayImpersonate(row, now))
    await endViews(tx, vault, openViews.ofAgent(row.accountId), {
      by: 'staff_session_ended',
      actor,
      publicUrl,
      requestId,
      now,
    });
  await recordAudit(tx, vault, {
    action: 'staff.changed',
    actor,
    subjectId: row.accountId,
    purpose: 'accountability',
    sections: ['account'],
    requestId,
    details: { changed: Object.keys(change).sort() },
    now,
  });
}
