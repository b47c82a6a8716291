import { and, desc, eq, gt, isNull, notInArray } from 'drizzle-orm';
import type { z } from 'zod';
import { type Tx, withSubject } from '../../db/connect.ts';
import { emailChange } from '../../db/schema/account.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { mailToken } from '../../db/schema/auth.ts';
import { knownPlace } from '../../db/schema/known-place.ts';
import { supportTicket } from '../../db/schema/support.ts';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record.ts';
import { assertPoint, budgets } from '../auth/limits.ts';
import { lockAccount } from '../auth/lock-account.ts';
import { renewSession } from '../auth/renew-session.ts';
import { assertSessionStands, endOthersOf, type LiveSession } from '../auth/sessions.ts';
import { queueMail } from '../mail/queue.ts';
import { addNotice } from '../overview/notices.ts';
import { type CaseWish, openCase } from '../support/cases/open.ts';
import { stopRecovery } from '../support/lost-factors/stop.ts';
import type { Context } from '../trpc/context.ts';
import type { alarmInput } from './input.ts';

type Wish = z.output<typeof alarmInput>;
type Raising = Context & {
  subjectId: string;
  session: LiveSession;
  actor: Extract<Actor, { kind: 'subject' }>;
};
export type Raised = { ended: number; reference: string };

/**
 * Somebody says that something in their account was not them. In one commit whoever else is in is put out:
 * every other session, places that were known, addresses that were asked for and links that were mailed; this
 * session gets a new token. Support gets a case about the entry, and its person a letter. A recovery of lost
 * factors is stopped with it, unless this session may itself come by one.
 *
 * @throws {DomainError} TOO_MANY_ATTEMPTS after ten alarms in a day; NOT_FOUND for an entry that is not theirs
 */
export async function raiseAlarm(ctx: Raising, wish: Wish): Promise<Raised> {
  const { deps, subjectId, session, actor, requestId, now } = ctx;
  const { vault, env, connection } = deps;
  await assertPoint(deps, budgets.alarmByCustomer, subjectId, now);
  const { cookie, ...raised } = await withSubject(connection.db, subjectId, 'write', async (tx) => {
    await lockAccount(tx, subjectId);
    await assertSessionStands(tx, session);
    const event = wish.event ?? (await signInOf(tx, { subjectId, handle: wish.session }));
    const call = { subjectId, actor, publicUrl: env.PUBLIC_URL, requestId, now };
    const reference = await caseOf(tx, ctx, call, { event, words: wish.words });
    const ended = await endOthersOf(tx, session, now);
    await tx.delete(knownPlace).where(eq(knownPlace.subjectId, subjectId));
    await endEmailChanges(tx, { subjectId, now });
    const own = !session.restrictedUntil || session.restrictedUntil <= now;
    if (own)
      await stopRecovery(tx, deps, {
        subjectId,
        how: 'stopped_signed_in',
        actor,
        requestId,
        now,
      });
    await endLinks(tx, { subjectId, recoveries: own });
    await recordAudit(tx, vault, {
      action: 'auth.disowned',
      actor,
      subjectId,
      purpose: 'platform_security',
      sections: ['security'],
      reference,
      requestId,
      details: { ended, event: event ?? null },
      now,
    });
    await addNotice(tx, { subjectId, kind: 'not_me', reference, now });
    await queueMail(tx, vault, {
      subjectId,
      template: 'not_me',
      params: {
        reference,
        ended,
        link: `${env.PUBLIC_URL}/cases/${encodeURIComponent(reference)}`,
      },
      dedupeKey: `not_me:${subjectId}:${now.toISOString()}`,
      now,
    });
    return { ended, reference, cookie: await renewSession(tx, ctx, { session }) };
  });
  ctx.setCookie(cookie);
  return raised;
}

/** The entry of the log that says how a session began; none when it is not on record any more. */
async function signInOf(
  tx: Tx,
  { subjectId, handle }: { subjectId: string; handle: string | undefined },
): Promise<string | undefined> {
  if (!handle) return undefined;
  const [row] = await tx
    .select({ id: auditEvent.id })
    .from(auditEvent)
    .where(
      and(
        eq(auditEvent.subjectId, subjectId),
        eq(auditEvent.action, 'auth.signed_in'),
        eq(auditEvent.sessionHandle, handle),
      ),
    )
    .orderBy(desc(auditEvent.occurredAt))
    .limit(1);
  return row?.id;
}

/** A case with the entry attached; where one about it is open, that one. */
async function caseOf(
  tx: Tx,
  { deps: { vault } }: Context,
  call: Parameters<typeof openCase>[2],
  { event, words }: { event: string | undefined; words: string },
): Promise<string> {
  const text = words || 'This was not me.';
  if (event) {
    const [open] = await tx
      .select({ reference: supportTicket.reference })
      .from(supportTicket)
      .where(
        and(
          eq(supportTicket.subjectId, call.subjectId),
          eq(supportTicket.aboutKind, 'entry'),
          eq(supportTicket.aboutId, event),
          isNull(supportTicket.closedAt),
        ),
      );
    if (open) return open.reference;
  }
  const wish: CaseWish = event
    ? { kind: 'dispute', about: event, text }
    : { kind: 'question', about: 'Something in my account was not me', text };
  return (await openCase(tx, vault, call, wish)).reference;
}

/** None that was asked for can be confirmed any more. The way back in the old mailbox stays: it only takes away. */
async function endEmailChanges(
  tx: Tx,
  { subjectId, now }: { subjectId: string; now: Date },
): Promise<void> {
  await tx
    .update(emailChange)
    .set({ expiresAt: now })
    .where(
      and(
        eq(emailChange.subjectId, subjectId),
        isNull(emailChange.confirmedAt),
        gt(emailChange.expiresAt, now),
      ),
    );
}

/** @param recoveries whether links of recoveries of lost factors end too */
async function endLinks(
  tx: Tx,
  { subjectId, recoveries }: { subjectId: string; recoveries: boolean },
): Promise<void> {
  const kept = recoveries
    ? undefined
    : notInArray(mailToken.purpose, ['lost_factors', 'factor_recovery']);
  await tx.delete(mailToken).where(and(eq(mailToken.subjectId, subjectId), kept));
}
