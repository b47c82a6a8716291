import { type AccountRole, staffRoles } from '../../db/schema/account.ts';
import type { SessionKind, session } from '../../db/schema/auth.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Surface } from '../trpc/context.ts';

export type SessionRow = typeof session.$inferSelect;

const MINUTE_MS = 60_000;

/** Idle and absolute limits. NIST SP 800-63B-4 asks AAL2 for both; ours stay inside its bounds. */
export const limits: Record<SessionKind, { idleMinutes: number; absoluteMinutes: number }> = {
  pending: { idleMinutes: 10, absoluteMinutes: 10 },
  user: { idleMinutes: 30, absoluteMinutes: 12 * 60 },
  recovery: { idleMinutes: 15, absoluteMinutes: 15 },
  staff: { idleMinutes: 15, absoluteMinutes: 8 * 60 },
  // Its grant ends it: after fifteen minutes, or after thirty with the customer's leave.
  impersonation: { idleMinutes: 30, absoluteMinutes: 30 },
};

const customers: readonly AccountRole[] = ['customer'];

/** Whose session of a kind each door takes. */
export const rolesOf: Record<Surface, Record<SessionKind, readonly AccountRole[]>> = {
  portal: {
    pending: customers,
    user: customers,
    recovery: customers,
    staff: [],
    impersonation: [],
  },
  console: {
    pending: staffRoles,
    user: [],
    recovery: staffRoles,
    staff: staffRoles,
    impersonation: customers,
  },
};

/** When a session of this kind ends if nobody uses it after `now`; attempts never last longer. */
export function idleEnd({ kind, expiresAt, absoluteExpiresAt }: SessionRow, now: Date): Date {
  if (kind !== 'user' && kind !== 'staff') return expiresAt;
  const end = now.getTime() + limits[kind].idleMinutes * MINUTE_MS;
  return new Date(Math.min(end, absoluteExpiresAt.getTime()));
}

/** Fields that decide what a session may do; an edit of one by SQL no longer fits the row's MAC. */
export function sessionMac(vault: Vault, row: Omit<SessionRow, 'rowMac'>): string {
  return vault.rowMac('session', [
    row.id,
    row.handle,
    row.kind,
    row.subjectId,
    row.actorId,
    row.grantId,
    row.aal,
    row.methods.join(','),
    row.createdAt.toISOString(),
    row.authAt.toISOString(),
    row.aal2At?.toISOString() ?? null,
    row.stepUpAt?.toISOString() ?? null,
    row.stepUpFor,
    row.expiresAt.toISOString(),
    row.absoluteExpiresAt.toISOString(),
    row.epoch,
  ]);
}
