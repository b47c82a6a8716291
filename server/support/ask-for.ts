import { and, eq, gt } from 'drizzle-orm';
import { type Tx, withSubject } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { dataSubjectRequest } from '../../db/schema/request.ts';
import { recordAudit } from '../audit/record.ts';
import { DomainError, type DomainErrorCode } from '../errors.ts';
import { type AskForWish, askFor } from '../requests/behalf/ask-for.ts';
import { askedForActions } from '../requests/behalf/shown.ts';
import { assertStaffPoint } from '../staff/budget.ts';
import type { Context } from '../trpc/context.ts';
import type { Agent } from './agent.ts';
import { hasWrittenIn } from './ticket.ts';

const NO_STANDS_MS = 7 * 86_400_000;

/**
 * Asks for a copy or a deletion for a customer who wanted it in a ticket. They see it at once, and nothing
 * is done before they confirm it. Row, notice, letter and record come with one commit, or none of them
 * does; what is refused stands in the customer's log as well.
 *
 * @throws {DomainError} NOT_FOUND for whoever is no customer, ACCOUNT_IN_DELETION, TICKET_NOT_FOUND,
 *   DECLINED_LATELY within seven days of the customer's no to one of the kind, REQUEST_ALREADY_OPEN when
 *   one is open or waits already, TOO_MANY_ATTEMPTS
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
    const why = await whyNot(tx, customer, wish, now);
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
  now: Date,
): Promise<DomainErrorCode | null> {
  if (status !== 'active') return 'ACCOUNT_IN_DELETION';
  if (!(await hasWrittenIn(tx, wish))) return 'TICKET_NOT_FOUND';
  return (await declinedLately(tx, wish, now)) ? 'DECLINED_LATELY' : null;
}

/** A no stands for a while: nobody is asked until they are tired of it. */
async function declinedLately(
  tx: Tx,
  { subjectId, kind }: AskForWish,
  now: Date,
): Promise<boolean> {
  const said = await tx.$count(
    dataSubjectRequest,
    and(
      eq(dataSubjectRequest.subjectId, subjectId),
      eq(dataSubjectRequest.kind, kind),
      eq(dataSubjectRequest.answer, 'declined'),
      gt(dataSubjectRequest.answeredAt, new Date(now.getTime() - NO_STANDS_MS)),
    ),
  );
  return said > 0;
}
