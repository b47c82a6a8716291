import { and, eq } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { supportMessage } from '../../../db/schema/support.ts';
import { askedForIn } from './rectification.ts';
import type { Case } from './thread.ts';

export type WhyNotGranted = 'FOUR_EYES_NEEDED' | 'CASE_UNANSWERED';

/**
 * Why one member of staff may not grant a correction now, or null. Nobody grants what they asked for
 * themselves, whatever comes; that the customer has not said yes yet can still change.
 */
export async function whyNotGranted(
  tx: Tx,
  row: Case,
  accountId: string,
): Promise<WhyNotGranted | null> {
  if (row.kind !== 'correction') return null;
  const { id, subjectId, reference } = row;
  const openedByThem = and(
    eq(auditEvent.subjectId, subjectId),
    eq(auditEvent.action, 'case.opened'),
    eq(auditEvent.reference, reference),
    eq(auditEvent.actorId, accountId),
  );
  if ((await tx.$count(auditEvent, openedByThem)) > 0) return 'FOUR_EYES_NEEDED';
  const askedFor = await askedForIn(tx, row);
  if (askedFor) return askedFor.answer === 'confirmed' ? null : 'CASE_UNANSWERED';
  // The customer's own, and those that staff opened before there was a yes to give: something is written.
  const written = and(
    eq(supportMessage.ticketId, id),
    eq(supportMessage.subjectId, subjectId),
    eq(supportMessage.author, 'customer'),
  );
  return (await tx.$count(supportMessage, written)) > 0 ? null : 'CASE_UNANSWERED';
}
