import { and, asc, eq, gte, inArray, isNull, lte, type SQL } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { type Section, sections } from '../../db/data-map/vocabulary.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { session } from '../../db/schema/auth.ts';
import { type GrantEnd, impersonationGrant } from '../../db/schema/staff.ts';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record.ts';
import { grantMac } from '../auth/grant-stands.ts';
import type { Vault } from '../crypto/vault.ts';
import { queueMail } from '../mail/queue.ts';
import { addNotice } from '../overview/notices.ts';

export type Grant = typeof impersonationGrant.$inferSelect;
type End = { by: GrantEnd; actor: Actor; publicUrl: string; requestId: string; now: Date };

/** Views that are open, as far as anybody has ended them: those of one customer, agent or staff session. */
export const openViews = {
  ofSubject: (subjectId: string) => eq(impersonationGrant.subjectId, subjectId),
  ofAgent: (actorId: string) => eq(impersonationGrant.actorId, actorId),
  ofStaffSession: (handle: string) => eq(impersonationGrant.staffSession, handle),
};

/**
 * Ends the open views that `which` names: the next call of each finds no session. The customer is told
 * what was opened. Of any number of parallel ends one tells.
 * @returns how many ended
 */
export async function endViews(tx: Tx, vault: Vault, which: SQL, end: End): Promise<number> {
  const open = await tx
    .select()
    .from(impersonationGrant)
    .where(and(which, isNull(impersonationGrant.endedAt)))
    .orderBy(asc(impersonationGrant.id))
    .for('update');
  for (const grant of open) await endOne(tx, vault, grant, end);
  return open.length;
}

async function endOne(
  tx: Tx,
  vault: Vault,
  grant: Grant,
  { by, actor, publicUrl, requestId, now }: End,
): Promise<void> {
  const { id, subjectId, actorLabel, ticket, createdAt } = grant;
  // What ended by itself ended then, and not when somebody came to write it down.
  const endedAt = by === 'time' && grant.notAfter < now ? grant.notAfter : now;
  const rowMac = grantMac(vault, { ...grant, endedAt });
  await tx
    .update(impersonationGrant)
    .set({ endedAt, endedBy: by, rowMac })
    .where(eq(impersonationGrant.id, id));
  await tx.delete(session).where(and(eq(session.subjectId, subjectId), eq(session.grantId, id)));
  const opened = (await openedIn(tx, [grant], now)).get(id) ?? [];
  await recordAudit(tx, vault, {
    action: 'support.view_ended',
    actor,
    subjectId,
    purpose: 'support',
    sections: ['support'],
    reference: ticket,
    requestId,
    details: { by },
    now,
  });
  await addNotice(tx, { subjectId, kind: 'support_view_ended', reference: ticket, now });
  await queueMail(tx, vault, {
    subjectId,
    template: 'support_view_ended',
    params: {
      who: actorLabel,
      minutes: Math.max(1, Math.round((endedAt.getTime() - createdAt.getTime()) / 60_000)),
      opened: opened.join(', '),
      count: opened.length,
      link: `${publicUrl}/who-looked`,
    },
    dedupeKey: `support_view_ended:${id}`,
    now,
  });
}

/**
 * Chapters that were opened under each grant, in their words, from the log: what the log does not hold
 * was not shown.
 */
export async function openedIn(
  tx: Tx,
  grants: readonly Grant[],
  now: Date,
): Promise<ReadonlyMap<string, string[]>> {
  const [first] = grants;
  if (!first) return new Map();
  const from = new Date(Math.min(...grants.map(({ createdAt }) => createdAt.getTime())));
  const looks = await tx
    .select({
      actorId: auditEvent.actorId,
      at: auditEvent.occurredAt,
      sections: auditEvent.sections,
    })
    .from(auditEvent)
    .where(
      and(
        eq(auditEvent.subjectId, first.subjectId),
        eq(auditEvent.action, 'staff.viewed'),
        eq(auditEvent.outcome, 'done'),
        inArray(auditEvent.actorId, [...new Set(grants.map(({ actorId }) => actorId))]),
        gte(auditEvent.occurredAt, from),
        lte(auditEvent.occurredAt, now),
      ),
    )
    .orderBy(asc(auditEvent.occurredAt));
  return new Map(
    grants.map((grant) => {
      const until = grant.endedAt ?? now;
      const seen = looks.filter(
        ({ actorId, at }) => actorId === grant.actorId && at >= grant.createdAt && at <= until,
      );
      const keys = new Set(seen.flatMap((look) => look.sections));
      return [grant.id, [...keys].map((key) => sections[key as Section]?.title ?? key)];
    }),
  );
}
