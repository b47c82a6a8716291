import { eq, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { passwordCredential, recoveryCode, totpFactor } from '../../db/schema/auth.ts';
import { passkey } from '../../db/schema/passkey.ts';
import { staffMember } from '../../db/schema/staff.ts';
import { recordAudit } from '../audit/record.ts';
import { endOtherSessions } from '../auth/sessions.ts';
import type { Vault } from '../crypto/vault.ts';
import { DomainError } from '../errors.ts';
import { endViews, openViews } from '../support/end-views.ts';
import { mailInvitation } from './invitation.ts';

type Invite = {
  label: string;
  consoleUrl: string;
  publicUrl: string;
  requestId: string;
  now: Date;
};

/**
 * Invites a member of staff again who lost password, authenticator or passkey. Whoever has what was lost
 * is out with the commit: password, factors and recovery codes are gone, sessions and views have ended.
 *
 * @returns the invitation, good once and for a day
 * @throws {DomainError} NOT_FOUND, NOT_ALLOWED for somebody who is disabled
 */
export async function inviteAgain(
  tx: Tx,
  vault: Vault,
  { label, consoleUrl, publicUrl, requestId, now }: Invite,
): Promise<{ link: string }> {
  const [member] = await tx
    .select({ accountId: staffMember.accountId, disabledAt: staffMember.disabledAt })
    .from(staffMember)
    .where(sql`${staffMember.label} = ${label}`)
    .for('update');
  if (!member) throw new DomainError('NOT_FOUND');
  if (member.disabledAt) throw new DomainError('NOT_ALLOWED');
  const { accountId } = member;
  const actor = { kind: 'system', job: 'operator.staff' } as const;
  await forgetCredentials(tx, accountId);
  await endViews(tx, vault, openViews.ofAgent(accountId), {
    by: 'staff_session_ended',
    actor,
    publicUrl,
    requestId,
    now,
  });
  const link = await mailInvitation(tx, vault, { accountId, which: 'again', consoleUrl, now });
  await recordAudit(tx, vault, {
    action: 'staff.invited',
    actor,
    subjectId: accountId,
    purpose: 'accountability',
    sections: ['account', 'security'],
    requestId,
    now,
  });
  return { link };
}

async function forgetCredentials(tx: Tx, accountId: string): Promise<void> {
  await endOtherSessions(tx, { subjectId: accountId, except: null });
  await tx
    .update(account)
    .set({ sessionEpoch: sql`${account.sessionEpoch} + 1` })
    .where(eq(account.subjectId, accountId));
  await tx.delete(totpFactor).where(eq(totpFactor.subjectId, accountId));
  await tx.delete(passkey).where(eq(passkey.subjectId, accountId));
  await tx.delete(recoveryCode).where(eq(recoveryCode.subjectId, accountId));
  await tx.delete(passwordCredential).where(eq(passwordCredential.subjectId, accountId));
}
