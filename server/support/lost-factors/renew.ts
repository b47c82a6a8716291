import { and, eq, isNotNull, isNull, ne, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { account } from '../../../db/schema/account.ts';
import { mailToken, passwordCredential, totpFactor } from '../../../db/schema/auth.ts';
import { factorRecovery } from '../../../db/schema/factor-recovery.ts';
import { passkey } from '../../../db/schema/passkey.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import { timeZoneOf } from '../../account/time-zone.ts';
import { notMeLink } from '../../alarm/link.ts';
import { recordAudit } from '../../audit/record.ts';
import { type NewApp, type NewPasskey, proveNewPasskey } from '../../auth/add-factor.ts';
import { expiredCookie, sessionCookie } from '../../auth/cookies.ts';
import { assertPoint, budgets } from '../../auth/limits.ts';
import { subjectOfMailToken, usableToken } from '../../auth/mail-token.ts';
import { openSession } from '../../auth/open-session.ts';
import { proveNewApp } from '../../auth/prove-code.ts';
import { provePassword } from '../../auth/prove-password.ts';
import { replaceRecoveryCodes } from '../../auth/recovery-codes.ts';
import { endRenewal, endRenewalSessions, RENEWAL } from '../../auth/renewal.ts';
import { createSession, endOtherSessions, type LiveSession } from '../../auth/sessions.ts';
import { DomainError } from '../../errors.ts';
import { enqueue } from '../../jobs/define.ts';
import { momentInWords } from '../../mail/moment-in-words.ts';
import { queueMail } from '../../mail/queue.ts';
import { addNotice } from '../../overview/notices.ts';
import { postponeJob } from '../../requests/erasure/postpone.ts';
import type { Context } from '../../trpc/context.ts';
import { holdAccount } from '../cases/taken.ts';
import { COOL_DOWN_MS, openRecoveryOf, type Recovery } from './recovery.ts';

/**
 * The mailed link and the password together open a session that can add a new factor and do nothing else.
 * The new factor uses the link up: until then it opens such a session again, in place of the one before. A
 * wrong password counts as one at the sign-in does.
 * @throws {DomainError} LINK_NOT_VALID, SIGN_IN_REFUSED, SIGN_IN_PAUSED, TOO_MANY_ATTEMPTS, BUSY
 */
export async function beginRenewal(
  ctx: Context,
  { token, password }: { token: string; password: string },
): Promise<void> {
  const { deps, requestId, now } = ctx;
  const { vault, connection } = deps;
  await assertPoint(deps, budgets.passwordByNetwork, ctx.ipPrefix, now);
  const linked = await linkedAccount(ctx, token);
  if (!linked) throw new DomainError('LINK_NOT_VALID');
  const { subjectId } = linked;
  await provePassword(ctx, linked, password);
  await connection.db.transaction(async (tx) => {
    await holdAccount(tx, subjectId, ['active', 'pending_deletion']);
    const valid = await subjectOfMailToken(tx, { vault, purpose: 'factor_recovery', token, now });
    const recovery = await openRecoveryOf(tx, subjectId);
    if (!valid || !recovery?.approvedAt) throw new DomainError('LINK_NOT_VALID');
    await endRenewalSessions(tx, subjectId);
    const created = await createSession(tx, {
      vault,
      now,
      kind: 'recovery',
      subjectId,
      aal: 1,
      methods: ['pwd', 'mail', RENEWAL],
      aal2At: null,
      userAgentFamily: ctx.userAgentFamily,
      ipPrefix: ctx.ipPrefix,
    });
    await recordAudit(tx, vault, {
      action: 'lost_factors.link_used',
      actor: { kind: 'subject', subjectId, sessionHandle: created.handle },
      subjectId,
      purpose: 'authenticate',
      sections: ['security'],
      reference: await referenceOf(tx, recovery),
      requestId,
      now,
    });
    ctx.setCookie(sessionCookie('recovery', created.token, ctx));
  });
}

async function linkedAccount({ deps: { connection, vault }, now }: Context, token: string) {
  const [linked] = await connection.db
    .select({
      subjectId: account.subjectId,
      emailIndex: account.emailIndex,
      hash: passwordCredential.hash,
    })
    .from(mailToken)
    .innerJoin(account, eq(account.subjectId, mailToken.subjectId))
    .leftJoin(passwordCredential, eq(passwordCredential.subjectId, mailToken.subjectId))
    .where(
      and(
        usableToken({ vault, purpose: 'factor_recovery', token, now }),
        eq(account.role, 'customer'),
        ne(account.status, 'erasing'),
      ),
    );
  return linked ?? null;
}

/**
 * Confirms a new app in place of what was lost, as `finishRenewal` says.
 * @throws {DomainError} as `proveNewApp`; ATTEMPT_ENDED when the recovery was stopped meanwhile
 */
export function confirmRenewal(ctx: Context, session: LiveSession, input: NewApp) {
  return proveNewApp(ctx, session, input, (tx, { id }) =>
    finishRenewal(tx, ctx, session, { id, methods: ['pwd', 'otp'] }),
  );
}

/**
 * The same with a new passkey.
 * @throws {DomainError} PASSKEY_REFUSED; ATTEMPT_ENDED when the recovery was stopped meanwhile
 */
export function confirmPasskeyRenewal(ctx: Context, session: LiveSession, input: NewPasskey) {
  return proveNewPasskey(ctx, session, 'renew', input, (tx, added) =>
    finishRenewal(tx, ctx, session, added),
  );
}

/**
 * In the commit of the new factor the old ones go with their recovery codes, every session ends, and the days
 * begin in which nothing can be carried away.
 * @returns ten recovery codes, once
 */
async function finishRenewal(
  tx: Tx,
  ctx: Context,
  session: LiveSession,
  { id, methods }: { id: string; methods: string[] },
): Promise<{ recoveryCodes: string[] }> {
  const { deps, now } = ctx;
  const { subjectId, handle } = session;
  await tx
    .delete(totpFactor)
    .where(and(eq(totpFactor.subjectId, subjectId), ne(totpFactor.id, id)));
  await tx.delete(passkey).where(and(eq(passkey.subjectId, subjectId), ne(passkey.id, id)));
  await endOtherSessions(tx, { subjectId, except: handle });
  const recovery = await endRecovery(tx, { subjectId, now });
  const recoveryCodes = await replaceRecoveryCodes(tx, { vault: deps.vault, subjectId, now });
  await tx
    .update(account)
    .set({ sessionEpoch: sql`${account.sessionEpoch} + 1` })
    .where(eq(account.subjectId, subjectId));
  await tellRenewed(tx, ctx, session, recovery);
  await enqueue(tx, postponeJob, { payload: { subjectId }, subjectId, now });
  await openSession(tx, ctx, { subjectId, attempt: handle, methods, strong: true });
  await endRenewal(tx, subjectId);
  ctx.setCookie(expiredCookie('recovery', ctx));
  return { recoveryCodes };
}

async function endRecovery(
  tx: Tx,
  { subjectId, now }: { subjectId: string; now: Date },
): Promise<Recovery> {
  const restrictedUntil = new Date(now.getTime() + COOL_DOWN_MS);
  const [recovery] = await tx
    .update(factorRecovery)
    .set({ endedAt: now, endedHow: 'enrolled', restrictedUntil })
    .where(
      and(
        eq(factorRecovery.subjectId, subjectId),
        isNull(factorRecovery.endedAt),
        isNotNull(factorRecovery.approvedAt),
      ),
    )
    .returning();
  if (!recovery) throw new DomainError('ATTEMPT_ENDED');
  return recovery;
}

async function tellRenewed(
  tx: Tx,
  { deps, requestId, now }: Context,
  { subjectId, handle }: LiveSession,
  recovery: Recovery,
): Promise<void> {
  const reference = await referenceOf(tx, recovery);
  await recordAudit(tx, deps.vault, {
    action: 'lost_factors.completed',
    actor: { kind: 'subject', subjectId, sessionHandle: handle },
    subjectId,
    purpose: 'authenticate',
    sections: ['security'],
    reference,
    requestId,
    now,
  });
  await addNotice(tx, { subjectId, kind: 'lost_factors_completed', reference, now });
  await queueMail(tx, deps.vault, {
    subjectId,
    template: 'lost_factors_completed',
    params: {
      reference,
      notMe: notMeLink(deps.env.PUBLIC_URL),
      until: momentInWords(recovery.restrictedUntil ?? now, await timeZoneOf(tx, subjectId)),
    },
    dedupeKey: `lost_factors_completed:${recovery.id}`,
    now,
  });
}

async function referenceOf(tx: Tx, { ticketId }: Recovery): Promise<string> {
  const [ticket] = await tx
    .select({ reference: supportTicket.reference })
    .from(supportTicket)
    .where(eq(supportTicket.id, ticketId));
  if (!ticket) throw new Error('a recovery without its case');
  return ticket.reference;
}
