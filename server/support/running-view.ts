import { and, desc, eq, isNull } from 'drizzle-orm';
import { type Db, type Tx, withSubject } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { impersonationGrant } from '../../db/schema/staff.ts';
import { maskedPerson } from '../account/masked.ts';
import { timeZoneOf } from '../account/time-zone.ts';
import { recordAudit } from '../audit/record.ts';
import { grantMac, grantThatStands } from '../auth/grant-stands.ts';
import type { Vault } from '../crypto/vault.ts';
import { DomainError } from '../errors.ts';
import { momentInWords } from '../mail/moment-in-words.ts';
import { queueMail } from '../mail/queue.ts';
import { addNotice } from '../overview/notices.ts';
import type { Context } from '../trpc/context.ts';
import type { Agent } from './agent.ts';
import type { Grant } from './end-views.ts';
import { VIEW_MS } from './start-view.ts';

const RECENT = 20;

/** How far asking for more time has come. */
export function extensionOf(grant: Grant): 'none' | 'asked' | 'approved' | 'declined' {
  return grant.extensionAnswer ?? (grant.extensionAskedAt ? 'asked' : 'none');
}

/** The agent's open grant, as far as it still allows anything. */
export async function runningGrant(
  db: Db | Tx,
  vault: Vault,
  { accountId: actorId }: Agent,
  now: Date,
): Promise<Grant | null> {
  const [open] = await db
    .select({ grantId: impersonationGrant.id, subjectId: impersonationGrant.subjectId })
    .from(impersonationGrant)
    .where(and(eq(impersonationGrant.actorId, actorId), isNull(impersonationGrant.endedAt)));
  return open ? grantThatStands(db, { vault, ...open, actorId, now }) : null;
}

/** What the bar over a viewed account says; null when the agent views none. */
export async function runningView({ deps, now }: Context, agent: Agent) {
  const { connection, vault } = deps;
  const grant = await runningGrant(connection.db, vault, agent, now);
  if (!grant) return { view: null };
  const { id: grantId, subjectId, ticket, category, scope, createdAt, notAfter } = grant;
  const shown = await withSubject(connection.db, subjectId, 'read', async (tx) => {
    const [key, [row]] = await Promise.all([
      vault.subjectKey(tx, subjectId),
      tx.select().from(account).where(eq(account.subjectId, subjectId)),
    ]);
    if (!row) throw new DomainError('NOT_FOUND');
    const reason = vault.unseal(key, 'impersonation_grant.reason', grant.reason);
    return { ...maskedPerson(vault, key, row), reason };
  });
  const extension = extensionOf(grant);
  return {
    view: {
      grantId,
      subjectId,
      ...shown,
      ticket,
      category,
      scope,
      startedAt: createdAt,
      notAfter,
      extension,
      mayExtend: extension === 'none',
    },
  };
}

/** Views of one member of support, newest first: whom, for which ticket, how each ended. */
export async function recentViews({ deps }: Context, { accountId }: Agent) {
  const { subjectId, ticket, createdAt, endedAt, endedBy } = impersonationGrant;
  const rows = await deps.connection.db
    .select({ subjectId, ticket, startedAt: createdAt, endedAt, endedBy })
    .from(impersonationGrant)
    .where(eq(impersonationGrant.actorId, accountId))
    .orderBy(desc(createdAt))
    .limit(RECENT);
  return { views: rows };
}

/**
 * Asks the customer for as much time again, once in a view. Nothing changes before the answer.
 * @throws {DomainError} VIEW_ENDED, MORE_TIME_ASKED
 */
export async function askMoreTime(ctx: Context, agent: Agent): Promise<void> {
  const { deps, now, requestId } = ctx;
  const { vault, connection, env } = deps;
  await connection.db.transaction(async (tx) => {
    const grant = await runningGrant(tx, vault, agent, now);
    if (!grant) throw new DomainError('VIEW_ENDED');
    const { id, subjectId, ticket, notAfter, actorLabel } = grant;
    const asked = await tx
      .update(impersonationGrant)
      .set({ extensionAskedAt: now })
      .where(
        and(
          eq(impersonationGrant.id, id),
          isNull(impersonationGrant.extensionAskedAt),
          isNull(impersonationGrant.endedAt),
        ),
      )
      .returning({ id: impersonationGrant.id });
    if (asked.length === 0) throw new DomainError('MORE_TIME_ASKED');
    await recordAudit(tx, vault, {
      action: 'support.more_time_asked',
      actor: agent.actor,
      subjectId,
      purpose: 'support',
      sections: ['support'],
      reference: ticket,
      requestId,
      now,
    });
    await addNotice(tx, { subjectId, kind: 'support_more_time_asked', reference: ticket, now });
    await queueMail(tx, vault, {
      subjectId,
      template: 'support_more_time_asked',
      params: {
        who: actorLabel,
        until: momentInWords(notAfter, await timeZoneOf(tx, subjectId)),
        link: `${env.PUBLIC_URL}/who-looked`,
      },
      dedupeKey: `support_more_time_asked:${id}`,
      now,
    });
  });
}

/** Fields of a grant that gives as much time again. */
export function withMoreTime(vault: Vault, grant: Grant, now: Date) {
  const changed = {
    notAfter: new Date(grant.createdAt.getTime() + 2 * VIEW_MS),
    extensionAnswer: 'approved' as const,
    extensionAnsweredAt: now,
  };
  return { ...changed, rowMac: grantMac(vault, { ...grant, ...changed }) };
}
