import { and, eq } from 'drizzle-orm';
import { type Tx, withSubject } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { recordAudit } from '../audit/record.ts';
import { DomainError, type DomainErrorCode } from '../errors.ts';
import { type AskForWish, askFor } from '../requests/behalf/ask-for.ts';
import { askedForActions } from '../requests/behalf/shown.ts';
import { assertStaffPoint } from '../staff/budget.ts';
import type { Context } from '../trpc/context.ts';
import type { Agent } from './agent.ts';
import { hasWrittenIn } from './ticket.ts';

/**
 * Asks for a copy or a deletion for a customer who wanted it in a ticket. They see it at once, and nothing
 * is done before they confirm it. Row, notice, letter and record come with one commit, or none of them
 * does; what is refused stands in the customer's log as well.
 *
 * @throws {DomainError} NOT_FOUND for whoever is no customer, ACCOUNT_IN_DELETION, TICKET_NOT_FOUND,
 *   REQUEST_ALREADY_OPEN when one of the kind is open or waits already, TOO_MANY_ATTEMPTS
 */
export async function askForCustomer(
  { deps, requestId, now }: Context,
  { actor }: Agent,
  wish: AskForWish,
): Promise<{ reference: string; confirmBy: Date }> {
  const { vault, connection } = deps;
  const { subjectId, kind, ticket } = wish;
  await assertStaffPoint({ deps, actor, requestId, now }, 'askForByAgent');
  const result = await withSubject(connection.db, subjectId, 'write', async (tx) => {
    const customer = await heldCustomer(tx, subjectId);
    if (!customer) return { why: 'NOT_FOUND' as const };
    const why = await whyNot(tx, customer, wish);
    const asked = why ? null : await askFor(tx, { deps, actor, requestId, now }, customer, wish);
    if (asked) return asked;
    const refusal = why ?? 'REQUEST_ALREADY_OPEN';
    await recordAudit(tx, vault, {
      action: askedForActions[kind],
      actor,
      subjectId,
      purpose: 'privacy_rights',
      outcome: 'refused',
      sections: ['records'],
      reference: ticket,
      requestId,
      details: { code: refusal },
      now,
    });
    return { why: refusal };
  });
  if ('why' in result) throw new DomainError(result.why);
  return result;
}

/** The customer's account, held until the end: of this and an act of theirs at once, one comes first. */
async function heldCustomer(tx: Tx, subjectId: string) {
  const { status, country, timeZone } = account;
  const [row] = await tx
    .select({ status, country, timeZone })
    .from(account)
    .where(and(eq(account.subjectId, subjectId), eq(account.role, 'customer')))
    .for('no key update');
  return row;
}
type Customer = NonNullable<Awaited<ReturnType<typeof heldCustomer>>>;

async function whyNot(
  tx: Tx,
  { status }: Customer,
  wish: AskForWish,
): Promise<DomainErrorCode | null> {
  if (status !== 'active') return 'ACCOUNT_IN_DELETION';
  return (await hasWrittenIn(tx, wish)) ? null : 'TICKET_NOT_FOUND';
}
