import { supportMessage, supportTicket } from '../../db/schema/support.ts';
import { newId } from '../crypto/token.ts';
import type { Deps } from '../deps.ts';
import type { Person } from './people.ts';

/** An open ticket in which a customer has written one message, sealed as any is. */
export async function insertTicket(
  { vault, connection: { db }, clock }: Deps,
  { subjectId }: Pick<Person, 'subjectId'>,
): Promise<{ reference: string; messageId: string }> {
  const now = clock();
  const key = await vault.subjectKey(db, subjectId);
  const [ticketId, messageId] = [newId(now), newId(now)];
  const reference = `T-${crypto.randomUUID().slice(0, 8).toUpperCase()}`;
  await db.insert(supportTicket).values({
    id: ticketId,
    subjectId,
    reference,
    subjectLine: vault.seal(key, 'support_ticket.subject_line', 'My invoice'),
    kind: 'question',
    state: 'open',
    openedAt: now,
    dueAt: new Date(now.getTime() + 5 * 86_400_000),
    closedAt: null,
  });
  await db.insert(supportMessage).values({
    id: messageId,
    subjectId,
    ticketId,
    author: 'customer',
    authorLabel: 'You',
    body: vault.seal(key, 'support_message.body', 'The invoice of May is too high.'),
    sentAt: now,
  });
  return { reference, messageId };
}
