import { and, eq, isNull, ne } from 'drizzle-orm';
import { account } from '../../db/schema/account.ts';
import { totpFactor } from '../../db/schema/auth.ts';
import { recordAudit } from '../audit/record.ts';
import { DomainError } from '../errors.ts';
import { queueMail } from '../mail/queue.ts';
import { addNotice } from '../overview/notices.ts';
import type { Context } from '../trpc/context.ts';
import { takeGuess } from './guard.ts';
import { budgets, takePoint } from './limits.ts';
import { issueMailToken, spendMailToken } from './mail-token.ts';
import { replaceRecoveryCodes } from './recovery-codes.ts';
import type { LiveSession } from './sessions.ts';
import { openSession } from './sign-in.ts';
import { beginTotp, confirmTotp, otpauthUrl } from './totp.ts';

/** Mails the link that proves the mailbox. Over the budget nothing is sent and nothing is said. */
export async function sendVerification(ctx: Context, { subjectId }: { subjectId: string }): Promise<void> {
  const { deps, now } = ctx;
  if ((await takePoint(deps, budgets.mailByAddress, `verify|${subjectId}`, now)) !== null) return;
  await deps.connection.db.transaction(async (tx) => {
    const { token, id } = await issueMailToken(tx, { vault: deps.vault, subjectId, purpose: 'verify_email', now });
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
  const { deps, now, requestId } = ctx;
  await deps.connection.db.transaction(async (tx) => {
    const subjectId = await spendMailToken(tx, { vault: deps.vault, purpose: 'verify_email', token, now });
    if (!subjectId) throw new DomainError('LINK_NOT_VALID');
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
  });
}

/** Starts the first factor; the mailbox comes first. */
export async function beginEnrolment(ctx: Context, attempt: LiveSession): Promise<{ secret: string; otpauthUrl: string }> {
  const { deps, now } = ctx;
  if (!attempt.emailVerified) throw new DomainError('NOT_ALLOWED');
  const { subjectId } = attempt;
  return deps.connection.db.transaction(async (tx) => {
    const key = await deps.vault.subjectKey(tx, subjectId);
    const [person] = await tx.select({ email: account.email }).from(account).where(eq(account.subjectId, subjectId));
    if (!person) throw new DomainError('ATTEMPT_ENDED');
    const secret = await beginTotp(tx, { vault: deps.vault, key, subjectId, now });
    const email = deps.vault.unseal(key, 'account.email', person.email);
    return { secret, otpauthUrl: otpauthUrl({ secret, email }) };
  });
}

/** Confirms the first factor, opens the session, and returns ten recovery codes, once. */
export async function confirmEnrolment(ctx: Context, attempt: LiveSession, { code }: { code: string }): Promise<{ recoveryCodes: string[] }> {
  const { deps, now, requestId } = ctx;
  const { subjectId } = attempt;
  const guess = await takeGuess(deps.connection.db, { subjectId, attemptId: attempt.id, now });
  if (guess === 'attempt_ended') throw new DomainError('ATTEMPT_ENDED');
  if (guess !== 'go') throw new DomainError('CODE_CHECK_CLOSED', { retryAfterSeconds: guess.closedForSeconds });
  return deps.connection.db.transaction(async (tx) => {
    const key = await deps.vault.subjectKey(tx, subjectId);
    if (!(await confirmTotp(tx, { vault: deps.vault, key, subjectId, code, now }))) throw new DomainError('CODE_REFUSED');
    const recoveryCodes = await replaceRecoveryCodes(tx, { vault: deps.vault, subjectId, now });
    await recordAudit(tx, deps.vault, {
      action: 'auth.factor_added',
      actor: { kind: 'subject', subjectId, sessionHandle: attempt.handle },
      subjectId,
      purpose: 'authenticate',
      sections: ['security'],
      requestId,
      now,
    });
    await queueMail(tx, deps.vault, { subjectId, template: 'factor_added', params: {}, dedupeKey: `factor_added:${attempt.handle}`, now });
    await openSession(tx, ctx, attempt, 'totp');
    return { recoveryCodes };
  });
}

/**
 * A new authenticator in place of the old one: after a step-up, or after signing in with a recovery
 * code because the old one is lost. The old one works until the new one is confirmed.
 */
export async function beginReplacement(ctx: Context, session: LiveSession): Promise<{ secret: string; otpauthUrl: string }> {
  return beginEnrolment(ctx, { ...session, emailVerified: true });
}

/** @throws {DomainError} CODE_REFUSED, ATTEMPT_ENDED, CODE_CHECK_CLOSED */
export async function confirmReplacement(ctx: Context, session: LiveSession, { code }: { code: string }): Promise<void> {
  const { deps, now, requestId } = ctx;
  const { subjectId } = session;
  const guess = await takeGuess(deps.connection.db, { subjectId, attemptId: session.id, now });
  if (guess === 'attempt_ended') throw new DomainError('SIGNED_OUT');
  if (guess !== 'go') throw new DomainError('CODE_CHECK_CLOSED', { retryAfterSeconds: guess.closedForSeconds });
  await deps.connection.db.transaction(async (tx) => {
    const key = await deps.vault.subjectKey(tx, subjectId);
    if (!(await confirmTotp(tx, { vault: deps.vault, key, subjectId, code, now }))) throw new DomainError('CODE_REFUSED');
    await tx.delete(totpFactor).where(and(eq(totpFactor.subjectId, subjectId), ne(totpFactor.createdAt, await newest(tx, subjectId))));
    await recordAudit(tx, deps.vault, {
      action: 'auth.factor_added',
      actor: { kind: 'subject', subjectId, sessionHandle: session.handle },
      subjectId,
      purpose: 'authenticate',
      sections: ['security'],
      requestId,
      now,
    });
    await queueMail(tx, deps.vault, {
      subjectId,
      template: 'factor_added',
      params: {},
      dedupeKey: `factor_added:${session.handle}:${now.toISOString()}`,
      now,
    });
    await addNotice(tx, { subjectId, kind: 'factor_added', reference: null, now });
  });
}

async function newest(tx: Parameters<typeof confirmTotp>[0], subjectId: string): Promise<Date> {
  const rows = await tx.select({ createdAt: totpFactor.createdAt }).from(totpFactor).where(eq(totpFactor.subjectId, subjectId));
  return new Date(Math.max(...rows.map((row) => row.createdAt.getTime())));
}
