import { and, desc, eq, isNull } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { factorRecovery } from '../../../db/schema/factor-recovery.ts';
import type { Vault } from '../../crypto/vault.ts';

export type Recovery = typeof factorRecovery.$inferSelect;

const HOUR_MS = 3_600_000;
/** Nobody decides earlier: whoever has the factor has time to say so. */
export const WAIT_MS = 72 * HOUR_MS;
/** People decide at any hour, so the letter may come while its reader sleeps: longer than links that are waited for. */
export const LINK_MS = 24 * HOUR_MS;
/** After a new factor: nothing that `coolsDown` is taken, and a deletion that waits does not begin. */
export const COOL_DOWN_MS = 7 * 24 * HOUR_MS;

/** Where a recovery stands. */
export type RecoveryState = 'waiting' | 'decidable' | 'proposed' | 'approved' | 'ended';

/** The moment from which it may be decided. */
export function waitsUntil({ openedAt }: Pick<Recovery, 'openedAt'>): Date {
  return new Date(openedAt.getTime() + WAIT_MS);
}

/** Follows from the moments in the row alone. */
export function stateOf(recovery: Recovery, now: Date): RecoveryState {
  if (recovery.endedAt) return 'ended';
  if (recovery.approvedAt) return 'approved';
  if (recovery.proposedAt) return 'proposed';
  return now < waitsUntil(recovery) ? 'waiting' : 'decidable';
}

/** The recovery that is under way for somebody. */
export async function openRecoveryOf(tx: Tx, subjectId: string): Promise<Recovery | null> {
  const [row] = await tx
    .select()
    .from(factorRecovery)
    .where(and(eq(factorRecovery.subjectId, subjectId), isNull(factorRecovery.endedAt)));
  return row ?? null;
}

/** What a case is besides its thread; null for a case of another kind. */
export async function recoveryOf(
  tx: Tx,
  { id, subjectId }: { id: string; subjectId: string },
): Promise<Recovery | null> {
  const [row] = await tx
    .select()
    .from(factorRecovery)
    .where(and(eq(factorRecovery.ticketId, id), eq(factorRecovery.subjectId, subjectId)))
    .orderBy(desc(factorRecovery.openedAt));
  return row ?? null;
}

/** What both sides see of it. */
export function recoveryView(recovery: Recovery, now: Date) {
  const { openedAt, proposedLabel, proposedAt, approvedLabel, approvedAt } = recovery;
  const { endedAt, endedHow, restrictedUntil } = recovery;
  return {
    state: stateOf(recovery, now),
    openedAt,
    waitsUntil: waitsUntil(recovery),
    proposedLabel,
    proposedAt,
    approvedLabel,
    approvedAt,
    endedAt,
    endedHow,
    restrictedUntil,
  };
}

/**
 * The link that stops it stands in several letters, days apart, and is stored in no form that opens it: it
 * follows from the id and our key.
 */
export function stopToken(vault: Vault, id: string): string {
  return Buffer.from(vault.hashToken('recovery_stop', `link:${id}`), 'hex').toString('base64url');
}

export function stopLink(vault: Vault, publicUrl: string, id: string): string {
  return `${publicUrl}/sign-in/lost/stop#${stopToken(vault, id)}`;
}
