import { and, eq } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import type { StaffRole } from '../../../db/schema/account.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import type { Case } from './thread.ts';

export type WhyNotTaken = 'OWN_ACT_DISPUTED' | 'NOT_ALLOWED' | 'CASE_TAKEN';

/**
 * Why one member of staff may not work on a case, or null. Nobody judges what they did themselves; lost
 * factors are agreed to by support first, and an officer who took that case could not; from a colleague
 * only an officer takes a case, or anybody once that colleague has left.
 */
export async function whyNotTaken(
  tx: Tx,
  row: Case,
  { actor, role }: { actor: { accountId: string }; role: StaffRole },
  /** Accounts of staff who are no longer here. */
  { left }: { left: ReadonlySet<string> },
): Promise<WhyNotTaken | null> {
  const { kind, assignedTo } = row;
  if (await disputesActOf(tx, row, actor.accountId)) return 'OWN_ACT_DISPUTED';
  if (kind === 'lost_factors' && role === 'officer') return 'NOT_ALLOWED';
  const free = assignedTo === null || assignedTo === actor.accountId || left.has(assignedTo);
  return free || role === 'officer' ? null : 'CASE_TAKEN';
}

/** Whether its person sees the entry now or not: it could be disputed, and who did it does not change. */
async function disputesActOf(
  tx: Tx,
  { subjectId, aboutKind, aboutId }: Case,
  accountId: string,
): Promise<boolean> {
  if (aboutKind !== 'entry' || aboutId === null) return false;
  const [entry] = await tx
    .select({ kind: auditEvent.actorKind, id: auditEvent.actorId })
    .from(auditEvent)
    .where(and(eq(auditEvent.subjectId, subjectId), eq(auditEvent.id, aboutId)));
  return entry?.kind === 'staff' && entry.id === accountId;
}
