import { and, eq, isNull } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { staffMember } from '../../db/schema/staff.ts';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record.ts';
import { budgets, take } from '../auth/limits.ts';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { queueMail } from '../mail/queue.ts';

/** What members of staff have a budget for. */
type StaffBudget =
  | 'lookUpByAgent'
  | 'viewByAgent'
  | 'caseByStaff'
  | 'caseForByAgent'
  | 'askForByAgent'
  | 'findByOfficer';
type StaffCall = {
  deps: Deps;
  actor: Extract<Actor, { kind: 'staff' }>;
  requestId: string;
  now: Date;
};

/**
 * Takes a point from what a member of staff may do in a time. Who finds it used up may be harvesting:
 * the first refusal of each time is recorded, and told to every officer by mail.
 * @throws {DomainError} TOO_MANY_ATTEMPTS with the seconds to wait
 */
export async function assertStaffPoint(call: StaffCall, name: StaffBudget): Promise<void> {
  const { deps, actor, now } = call;
  const { over, seconds, endsAt } = await take(deps, budgets[name], { of: actor.accountId, now });
  if (!over) return;
  const once = { of: `${name}|${actor.accountId}`, now, endsAt };
  if (!(await take(deps, budgets.staffLimitTold, once)).over)
    await deps.connection.db.transaction((tx) => tellOfficers(tx, call, { name, endsAt }));
  throw new DomainError('TOO_MANY_ATTEMPTS', { retryAfterSeconds: seconds });
}

async function tellOfficers(
  tx: Tx,
  { deps: { vault }, actor, requestId, now }: StaffCall,
  { name, endsAt }: { name: StaffBudget; endsAt: Date },
): Promise<void> {
  await recordAudit(tx, vault, {
    action: 'staff.limit_reached',
    actor,
    subjectId: null,
    purpose: 'platform_security',
    sections: [],
    outcome: 'refused',
    reference: name,
    requestId,
    now,
  });
  const officers = await tx
    .select({ accountId: staffMember.accountId })
    .from(staffMember)
    .innerJoin(account, eq(account.subjectId, staffMember.accountId))
    .where(and(eq(account.role, 'officer'), isNull(staffMember.disabledAt)));
  for (const { accountId } of officers)
    await queueMail(tx, vault, {
      subjectId: accountId,
      template: 'staff_limit_reached',
      params: { who: actor.label, what: name, most: budgets[name].points },
      dedupeKey: `staff_limit:${name}:${actor.accountId}:${endsAt.toISOString()}:${accountId}`,
      now,
    });
}
