import { and, eq, isNotNull, isNull, ne } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { totpFactor } from '../../db/schema/auth.ts';
import { notMeLink } from '../alarm/link.ts';
import { recordAudit } from '../audit/record.ts';
import { DomainError } from '../errors.ts';
import { queueMail } from '../mail/queue.ts';
import { addNotice } from '../overview/notices.ts';
import type { Context } from '../trpc/context.ts';
import { budgets, takePoint } from './limits.ts';
import { issueMailToken, spendMailToken } from './mail-token.ts';
import { proveNewFactor } from './prove-factor.ts';
import { replaceRecoveryCodes } from './recovery-codes.ts';
import { renewSession } from './renew-session.ts';
import { endOtherSessions, type LiveSession } from './sessions.ts';
import { openSession } from './sign-in.ts';
import { beginTotp, otpauthUrl } from './totp.ts';

/** Mails the link that proves the mailbox. Over the budget nothing is sent and nothing is said. */
export async function sendVerification(
  ctx: Context,
  { subjectId }: { subjectId: string },
): Promise<void> {
  const { deps, now } = ctx;
  if ((await takePoint(deps, budgets.mailByAddress, `verify|${subjectId}`, now)) !== null) return;
  await deps.connection.db.transaction(async (tx) => {
    const { token, id } = await issueMailToken(tx, {
      vault: deps.vault,
      subjectId,
      purpose: 'verify_email',
      now,
    });
    await queueMail(tx, deps.vault, {
      subjectId,
      template: 'verify_email',
      params: { link: `${deps.env.PUBLIC_URL}/verify#${token}` },
      dedupeKey: `verify_email:${id}`,
      now,
    });
  });
}

/**
 * Confirms the mailbox a link was sent to. Gives no session.
 * @throws {DomainError} LINK_NOT_VALID for anything but a fresh, unused link
 */
export async function verifyEmail(ctx: Context, { token }: { token: string }): Promise<void> {
  const { deps, now } = ctx;
  await deps.connection.db.transaction(async (tx) => {
    const subjectId = await spendMailToken(tx, {
      vault: deps.vault,
      purpose: 'verify_email',
      token,
      now,
    });
    if (!subjectId) throw new DomainError('LINK_NOT_VALID');
    await confirmMailbox(tx, ctx, subjectId);
  });
}

/** Somebody came by a link that only this mailbox was sent: it is theirs. */
export async function confirmMailbox(
  tx: Tx,
  { deps, now, requestId }: Context,
  subjectId: string,
): Promise<void> {
  await tx
    .update(account)
    .set({ emailVerifiedAt: now })
    .where(and(eq(account.subjectId, subjectId), isNull(account.emailVerifiedAt)));
  await recordAudit(tx, deps.vault, {
    action: 'auth.email_verified',
    actor: { kind: 'system', job: 'auth' },
    subjectId,
    purpose: 'authenticate',
    sections: ['account'],
    requestId,
    now,
  });
}

/** Starts the first factor; the mailbox comes first. */
export async function beginEnrolment(
  ctx: Context,
  attempt: LiveSession,
): Promise<{ secret: string; otpauthUrl: string }> {
  const { deps, now } = ctx;
  if (!attempt.emailVerified) throw new DomainError('NOT_ALLOWED');
  const { subjectId } = attempt;
  return deps.connection.db.transaction(async (tx) => {
    const key = await deps.vault.subjectKey(tx, subjectId);
    // Locked, so that of two that begin at once the later replaces the earlier.
    const [person] = await tx
      .select({ email: account.email })
      .from(account)
      .where(eq(account.subjectId, subjectId))
      .for('update');
    if (!person) throw new DomainError('ATTEMPT_ENDED');
    const secret = await beginTotp(tx, { vault: deps.vault, key, subjectId, now });
    const email = deps.vault.unseal(key, 'account.email', person.email);
    return { secret, otpauthUrl: otpauthUrl({ secret, email }) };
  });
}

/**
 * Confirms the first factor, opens the session, and returns ten recovery codes, once.
 * @throws {DomainError} NOT_ALLOWED when the account got its first factor meanwhile; and as `proveNewFactor`
 */
export function confirmEnrolment(
  ctx: Context,
  attempt: LiveSession,
  { code }: { code: string },
): Promise<{ recoveryCodes: string[] }> {
  const { deps, now } = ctx;
  const { subjectId } = attempt;
  return proveNewFactor(guessOf(ctx, attempt, code), async (tx) => {
    const confirmed = and(eq(totpFactor.subjectId, subjectId), isNotNull(totpFactor.confirmedAt));
    if ((await tx.$count(totpFactor, confirmed)) > 1) throw new DomainError('NOT_ALLOWED');
    const recoveryCodes = await replaceRecoveryCodes(tx, { vault: deps.vault, subjectId, now });
    await recordFactor(tx, ctx, attempt);
    await openSession(tx, ctx, attempt, 'totp');
    return { recoveryCodes };
  });
}

/**
 * A new authenticator in place of the old one: after a step-up, or after signing in with a recovery
 * code because the old one is lost. The old one works until the new one is confirmed.
 */
export async function beginReplacement(
  ctx: Context,
  session: LiveSession,
): Promise<{ secret: string; otpauthUrl: string }> {
  return beginEnrolment(ctx, { ...session, emailVerified: true });
}

/**
 * Confirms the new authenticator: the old one goes, every other session ends, this one gets a new token.
 * @throws {DomainError} as `proveNewFactor`
 */
export async function confirmReplacement(
  ctx: Context,
  session: LiveSession,
  { code }: { code: string },
): Promise<void> {
  const { now } = ctx;
  const { subjectId } = session;
  const cookie = await proveNewFactor(guessOf(ctx, session, code), async (tx, factorId) => {
    await tx
      .delete(totpFactor)
      .where(and(eq(totpFactor.subjectId, subjectId), ne(totpFactor.id, factorId)));
    await endOtherSessions(tx, { subjectId, except: session.handle });
    await recordFactor(tx, ctx, session);
    await addNotice(tx, { subjectId, kind: 'factor_added', reference: null, now });
    return renewSession(tx, ctx, { session });
  });
  ctx.setCookie(cookie);
}

function guessOf(
  { deps, requestId, now }: Context,
  { id: sessionId, subjectId, handle }: LiveSession,
  code: string,
) {
  const actor = { kind: 'subject', subjectId, sessionHandle: handle } as const;
  return { deps, subjectId, sessionId, actor, requestId, now, code };
}

async function recordFactor(
  tx: Tx,
  { deps, requestId, now }: Context,
  { subjectId, handle }: LiveSession,
): Promise<void> {
  await recordAudit(tx, deps.vault, {
    action: 'auth.factor_added',
    actor: { kind: 'subject', subjectId, sessionHandle: handle },
    subjectId,
    purpose: 'authenticate',
    sections: ['security'],
    requestId,
    now,
  });
  const dedupeKey = `factor_added:${handle}:${now.toISOString()}`;
  await queueMail(tx, deps.vault, {
    subjectId,
    template: 'factor_added',
    params: { notMe: notMeLink(deps.env.PUBLIC_URL) },
    dedupeKey,
    now,
  });
}
