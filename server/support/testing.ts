import { and, eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { start } from '../auth/testing.ts';
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
import { codeOf } from '../testing/refused.ts';
import { insertTicket } from '../testing/tickets.ts';

export const REASON = 'The invoice of May shows two GPUs and the customer rented one.';

/** A customer with a ticket, signed in, and a member of support at the console. */
export async function supportAndCustomer(deps: Deps, now: Date) {
  const ada = await insertCustomer(deps);
  const agent = await insertStaff(deps);
  const { reference: ticket } = await insertTicket(deps, ada);
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

/** A view that runs since `start`. */
export async function running(deps: Deps, scope?: Parameters<typeof viewOf>[2]) {
  const both = await supportAndCustomer(deps, start);
  const { ada, ticket, asAgent } = both;
  const started = await asAgent(start).support.startView(viewOf(ada, ticket, scope));
  const look = (now: Date) => codeOf(asAgent(now).access.section({ section: 'account' }));
  expect(await look(start)).toBeNull();
  return { ...both, ...started, look };
}

export const looks = ({ connection }: Deps, subjectId: string) =>
  connection.db
    .select()
    .from(auditEvent)
    .where(and(eq(auditEvent.subjectId, subjectId), eq(auditEvent.action, 'staff.viewed')));
