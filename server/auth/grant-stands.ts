import { eq } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { session } from '../../db/schema/auth.ts';
import { impersonationGrant, staffMember } from '../../db/schema/staff.ts';
import type { Vault } from '../crypto/vault.ts';
import { isStaff } from './staff-mac.ts';

type Grant = typeof impersonationGrant.$inferSelect;

/** Fields that decide what a grant allows; an edit of one by SQL no longer fits the row's MAC. */
export function grantMac(vault: Vault, row: Omit<Grant, 'rowMac'>): string {
  return vault.rowMac('impersonation_grant', [
    row.id,
    row.subjectId,
    row.actorId,
    row.actorLabel,
    row.staffSession,
    row.ticket,
    row.scope.join(','),
    row.createdAt.toISOString(),
    row.notAfter.toISOString(),
    row.endedAt?.toISOString() ?? null,
  ]);
}

/** Staff may view accounts while neither their training nor their pledge has run out. */
export function mayImpersonate(
  staff: Pick<
    typeof staffMember.$inferSelect,
    'disabledAt' | 'trainingValidUntil' | 'confidentialityValidUntil'
  >,
  now: Date,
): boolean {
  return (
    staff.disabledAt === null &&
    staff.trainingValidUntil > now &&
    staff.confidentialityValidUntil > now
  );
}

/**
 * The grant of an impersonation session, or null when it no longer allows anything: ended or run out,
 * altered, its member of staff signed out, disabled, moved to another role or past a date, or the
 * customer's account no longer open to support. Asked on every call.
 */
export async function grantThatStands(
  db: Db | Tx,
  {
    vault,
    grantId,
    subjectId,
    actorId,
    now,
  }: { vault: Vault; grantId: string; subjectId: string; actorId: string; now: Date },
): Promise<Grant | null> {
  const agent = db
    .select({ role: account.role, status: account.status, epoch: account.sessionEpoch })
    .from(account)
    .where(eq(account.subjectId, actorId))
    .as('agent');
  const [found] = await db
    .select({
      grant: impersonationGrant,
      staff: staffMember,
      staffSession: session,
      agentRole: agent.role,
      agentStatus: agent.status,
      agentEpoch: agent.epoch,
      supportAccess: account.supportAccess,
      status: account.status,
    })
    .from(impersonationGrant)
    .innerJoin(staffMember, eq(staffMember.accountId, impersonationGrant.actorId))
    .innerJoin(session, eq(session.handle, impersonationGrant.staffSession))
    .innerJoin(account, eq(account.subjectId, impersonationGrant.subjectId))
    .crossJoin(agent)
    .where(eq(impersonationGrant.id, grantId));
  if (!found) return null;
  const { grant, staff, staffSession } = found;
  const stands =
    grant.subjectId === subjectId &&
    grant.actorId === actorId &&
    grant.endedAt === null &&
    grant.notAfter > now &&
    grant.rowMac === grantMac(vault, grant) &&
    mayImpersonate(staff, now) &&
    isStaff(vault, found.agentRole, staff) &&
    staffSession.kind === 'staff' &&
    staffSession.subjectId === actorId &&
    staffSession.expiresAt > now &&
    staffSession.absoluteExpiresAt > now &&
    staffSession.epoch === found.agentEpoch &&
    found.agentRole === 'support' &&
    found.agentStatus === 'active' &&
    found.supportAccess &&
    found.status === 'active';
  return stands ? grant : null;
}
