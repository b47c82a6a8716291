import { desc, eq, sql } from 'drizzle-orm';
import { auditEvent } from '../../db/schema/audit.ts';
import type { Deps } from '../deps.ts';
import {
  atTheDesk,
  callerFor,
  insertCustomer,
  insertStaff,
  type Jar,
  type Person,
} from '../testing/people.ts';
import { insertTicket } from '../testing/tickets.ts';

export const REASON = 'Claim 4 O 112/26 before the regional court.';
export const DAY_MS = 86_400_000;
/** A day so many days after a moment, as forms write it. */
export const dayAfter = (moment: Date, days: number) =>
  new Date(moment.getTime() + days * DAY_MS).toISOString().slice(0, 10);

/** A customer with a message to support, an officer and an administrator at their desks. */
export async function oversightWorld(deps: Deps, now: Date) {
  const ada = await insertCustomer(deps);
  const { messageId } = await insertTicket(deps, ada);
  const officer = await insertStaff(deps, { role: 'officer', label: 'Privacy officer P-31' });
  const admin = await insertStaff(deps, { role: 'administrator', label: 'Administrator A-31' });
  const jars = {
    officer: await atTheDesk(deps, officer, { now }),
    admin: await atTheDesk(deps, admin, { now }),
  };
  const at = (jar: Jar) => (when: Date) =>
    callerFor(deps, jar, { now: when, surface: 'console' }).oversight;
  return {
    ada,
    messageId,
    officer,
    admin,
    jars,
    asOfficer: at(jars.officer),
    asAdmin: at(jars.admin),
  };
}

/** A hold on what a customer wrote to support, in a form. */
export const holdOnMessages = (
  { subjectId }: Pick<Person, 'subjectId'>,
  now: Date,
  change: Record<string, unknown> = {},
) => ({
  subjectId,
  table: 'supportMessage',
  ground: 'legal_claims' as const,
  reason: REASON,
  endsOn: dayAfter(now, 90),
  ...change,
});

/** What stands in the log of somebody, or about nobody: act and outcome, the newest first. */
export async function logOf({ connection: { db } }: Deps, subjectId: string) {
  const events = await db
    .select()
    .from(auditEvent)
    .where(eq(auditEvent.subjectId, subjectId))
    .orderBy(desc(sql`${auditEvent.xid}::text::bigint`));
  return events.filter(({ actorKind }) => actorKind === 'staff');
}
