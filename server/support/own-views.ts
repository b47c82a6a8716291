import { and, desc, eq, gt, isNull } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { impersonationGrant } from '../../db/schema/staff.ts';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record.ts';
import type { DataKey, Vault } from '../crypto/vault.ts';
import { DomainError } from '../errors.ts';
import { endViews, type Grant, openedIn } from './end-views.ts';
import { extensionOf, withMoreTime } from './running-view.ts';

const PAST = 20;

type Who = { subjectId: string; actor: Actor; publicUrl: string; requestId: string; now: Date };

/** A customer's own list: who of support views the account now, and who did, with the reason as given. */
export async function ownViews(
  tx: Tx,
  vault: Vault,
  { subjectId, now }: { subjectId: string; now: Date },
) {
  const [key, grants] = await Promise.all([
    vault.subjectKey(tx, subjectId),
    tx
      .select()
      .from(impersonationGrant)
      .where(eq(impersonationGrant.subjectId, subjectId))
      .orderBy(desc(impersonationGrant.createdAt))
      .limit(PAST + 1),
  ]);
  const opened = await openedIn(tx, grants, now);
  const views = grants.map((grant) =>
    shownView(vault, key, grant, opened.get(grant.id) ?? [], now),
  );
  return {
    open: views.filter(({ endedAt }) => endedAt === null),
    past: views.filter(({ endedAt }) => endedAt !== null).slice(0, PAST),
  };
}

/**
 * What the bar on a customer's pages says: who views the account now. Asked again and again by the page
 * itself, so it shows no reason and leaves no mark; the list does both.
 */
export async function openOwnViews(tx: Tx, { subjectId, now }: { subjectId: string; now: Date }) {
  const grants = await tx
    .select()
    .from(impersonationGrant)
    .where(
      and(
        eq(impersonationGrant.subjectId, subjectId),
        isNull(impersonationGrant.endedAt),
        gt(impersonationGrant.notAfter, now),
      ),
    )
    .orderBy(desc(impersonationGrant.createdAt));
  return grants.map((grant) => ({
    id: grant.id,
    who: grant.actorLabel,
    notAfter: grant.notAfter,
    extension: extensionOf(grant),
  }));
}

function shownView(vault: Vault, key: DataKey, grant: Grant, opened: string[], now: Date) {
  const { id, actorLabel, ticket, category, scope, createdAt, notAfter } = grant;
  // Over by the clock, though nobody has written it down yet.
  const over = grant.endedAt === null && notAfter <= now;
  return {
    id,
    who: actorLabel,
    ticket,
    category,
    reason: vault.unseal(key, 'impersonation_grant.reason', grant.reason),
    scope,
    startedAt: createdAt,
    notAfter,
    endedAt: over ? notAfter : grant.endedAt,
    endedBy: over ? ('time' as const) : grant.endedBy,
    extension: extensionOf(grant),
    opened,
  };
}

/**
 * Ends a view from the customer's side: the agent's next call is refused.
 * @throws {DomainError} NOT_FOUND for a view of somebody else, VIEW_ENDED when it is over
 */
export async function endOwnView(tx: Tx, vault: Vault, who: Who, id: string): Promise<void> {
  const which = and(eq(impersonationGrant.id, id), eq(impersonationGrant.subjectId, who.subjectId));
  if (!which) throw new DomainError('NOT_FOUND');
  if ((await endViews(tx, vault, which, { ...who, by: 'customer' })) > 0) return;
  const known = await tx.$count(impersonationGrant, which);
  throw new DomainError(known > 0 ? 'VIEW_ENDED' : 'NOT_FOUND');
}

/**
 * The customer's answer to a wish for more time; the first one holds.
 * @throws {DomainError} NOT_FOUND, VIEW_ENDED, or NOT_ALLOWED when nothing was asked or it was answered
 */
export async function answerMoreTime(
  tx: Tx,
  vault: Vault,
  { subjectId, actor, requestId, now }: Who,
  { id, answer }: { id: string; answer: 'approved' | 'declined' },
): Promise<void> {
  const [grant] = await tx
    .select()
    .from(impersonationGrant)
    .where(and(eq(impersonationGrant.id, id), eq(impersonationGrant.subjectId, subjectId)))
    .for('update');
  if (!grant) throw new DomainError('NOT_FOUND');
  if (grant.endedAt !== null || grant.notAfter <= now) throw new DomainError('VIEW_ENDED');
  if (extensionOf(grant) !== 'asked') throw new DomainError('NOT_ALLOWED');
  const changed =
    answer === 'approved'
      ? withMoreTime(vault, grant, now)
      : { extensionAnswer: answer, extensionAnsweredAt: now };
  await tx
    .update(impersonationGrant)
    .set(changed)
    .where(and(eq(impersonationGrant.id, id), isNull(impersonationGrant.endedAt)));
  await recordAudit(tx, vault, {
    action: 'support.more_time_answered',
    actor,
    subjectId,
    purpose: 'support',
    sections: ['support'],
    reference: grant.ticket,
    requestId,
    details: { answer },
    now,
  });
}
