import { and, eq, ne } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { supportMessage, supportTicket } from '../../db/schema/support.ts';

/**
 * Whether a ticket is reason enough to act on a customer's account: one that is not over, and in which
 * the customer has written. Agents cannot make themselves a reason.
 */
export async function hasWrittenIn(
  tx: Tx,
  { subjectId, ticket }: { subjectId: string; ticket: string },
): Promise<boolean> {
  const [written] = await tx
    .select({ id: supportTicket.id })
    .from(supportTicket)
    .innerJoin(supportMessage, eq(supportMessage.ticketId, supportTicket.id))
    .where(
      and(
        eq(supportTicket.subjectId, subjectId),
        eq(supportTicket.reference, ticket),
        ne(supportTicket.state, 'closed'),
        // Written by somebody who has proved no factor.
        ne(supportTicket.kind, 'lost_factors'),
        // It says that something should not have been done: no reason to do more.
        ne(supportTicket.kind, 'dispute'),
        eq(supportMessage.author, 'customer'),
      ),
    )
    .limit(1);
  return written !== undefined;
}
