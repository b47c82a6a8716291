import { type AccountRole, staffRoles } from '../../db/schema/account.ts';
import type { SessionKind, session } from '../../db/schema/auth.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Env } from '../env.ts';
import type { Surface } from '../trpc/context.ts';
import type { Strong } from './factors.ts';

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

/** Session kinds in which somebody is signed in with a second factor. */
const needsFactor: ReadonlySet<SessionKind> = new Set(['user', 'staff']);
/** How the use of a passkey stands among a session's methods (RFC 8176): bound to a device, or synced. */
export const passkeyMethods = ['hwk', 'swk'] as const;

/** Whether a door opens to passkeys alone: the console of a portal that is no demo. */
export function passkeyOnly({ NODE_ENV, DEMO }: Env, surface: Surface): boolean {
  return surface === 'console' && NODE_ENV === 'production' && !DEMO;
}

/**
 * Whether a session is as strong as its kind, by the factors that its account has at this moment: one whose
 * account has none left proves nothing, and at a door for passkeys neither does one without.
 */
export function isAssured(
  { kind, methods }: Pick<SessionRow, 'kind' | 'methods'>,
  { apps, passkeys }: Strong,
  only: boolean,
): boolean {
  if (!needsFactor.has(kind)) return true;
  if (!only) return apps + passkeys > 0;
  return passkeys > 0 && passkeyMethods.some((method) => methods.includes(method));
}

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
