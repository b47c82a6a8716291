import { supportMessage, supportTicket } from '../../db/schema/support.ts';
import { newId } from '../crypto/token.ts';
import type { Deps } from '../deps.ts';
import {
  atTheDesk,
  callerFor,
  insertCustomer,
  insertStaff,
  type Jar,
  type Person,
  signedInAs,
} from '../testing/people.ts';

export const REASON = 'The invoice of May shows two GPUs and the customer rented one.';

/** A ticket of a customer, open. */
export async function insertTicket(
  { vault, connection: { db }, clock }: Deps,
  { subjectId }: Pick<Person, 'subjectId'>,
  reference = `T-${crypto.randomUUID().slice(0, 8)}`,
): Promise<string> {
  const now = clock();
  const key = await vault.subjectKey(db, subjectId);
  const ticketId = newId(now);
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
    id: newId(now),
    subjectId,
    ticketId,
    author: 'customer',
    authorLabel: 'You',
    body: vault.seal(key, 'support_message.body', 'The invoice of May is too high.'),
    sentAt: now,
  });
  return reference;
}

/** A customer with a ticket, signed in, and a member of support at the console. */
export async function supportAndCustomer(deps: Deps, now: Date) {
  const ada = await insertCustomer(deps);
  const agent = await insertStaff(deps);
  const ticket = await insertTicket(deps, ada);
  const [customer, desk] = [
    await signedInAs(deps, ada, { now }),
    await atTheDesk(deps, agent, { now }),
  ];
  return { ada, agent, ticket, customer, desk, ...doors(deps, customer, desk) };
}

/** The procedures as each of the two reaches them. */
export function doors(deps: Deps, customer: Jar, desk: Jar) {
  return {
    asCustomer: (now: Date) => callerFor(deps, customer, { now }),
    asAgent: (now: Date) => callerFor(deps, desk, { now, surface: 'console' }),
  };
}

/** A view that begins now, of account and usage unless told otherwise. */
export const viewOf = (
  { subjectId }: Pick<Person, 'subjectId'>,
  ticket: string,
  scope: ('account' | 'usage' | 'records' | 'choices')[] = ['account', 'usage'],
) => ({ subjectId, ticket, category: 'billing' as const, reason: REASON, scope });
