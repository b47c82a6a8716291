import type { Tx } from '../../db/connect.ts';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record.ts';
import { budgets, returnPoint, take } from '../auth/limits.ts';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { queueMail } from '../mail/queue.ts';
import { whoIsTold } from './who-is-told.ts';

/** What members of staff have a budget for. */
type StaffBudget = Extract<keyof typeof budgets, `${string}By${'Agent' | 'Staff' | 'Officer'}`>;
type StaffCall = {
  deps: Deps;
  actor: Extract<Actor, { kind: 'staff' }>;
  requestId: string;
  now: Date;
};

/**
 * Takes a point from what a member of staff may do in a time. Who finds it used up may be harvesting:
 * the first refusal of each time is recorded, and told by mail to every other officer, and where there is
 * none to every administrator.
 * @throws {DomainError} TOO_MANY_ATTEMPTS with the seconds to wait
 */
export async function assertStaffPoint(call: StaffCall, name: StaffBudget): Promise<void> {
  const { deps, actor, now } = call;
  const { over, seconds, endsAt } = await take(deps, budgets[name], { of: actor.accountId, now });
  if (!over) return;
  const once = { of: `${name}|${actor.accountId}`, now, endsAt };
  if (!(await take(deps, budgets.staffLimitTold, once)).over)
    try {
      await deps.connection.db.transaction((tx) => tellOfficers(tx, call, { name, endsAt }));
    } catch (cause) {
      // Told with the next refusal instead of never.
      await returnPoint(deps, budgets.staffLimitTold, once.of, now);
      throw cause;
    }
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
  for (const accountId of await whoIsTold(tx, { not: actor.accountId }))
    await queueMail(tx, vault, {
      subjectId: accountId,
      template: 'staff_limit_reached',
      params: { who: actor.label, what: name, most: budgets[name].points },
      dedupeKey: `staff_limit:${name}:${actor.accountId}:${endsAt.toISOString()}:${accountId}`,
      now,
    });
}
