import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { passwordCredential, totpFactor } from '../../db/schema/auth.ts';
import { recordAudit } from '../audit/record.ts';
import { DomainError } from '../errors.ts';
import { queueMail } from '../mail/queue.ts';
import { addNotice } from '../overview/notices.ts';
import type { Context } from '../trpc/context.ts';
import { expiredCookie, sessionCookie } from './cookies.ts';
import { assertPoint, budgets, takePoint } from './limits.ts';
import { issueMailToken, spendMailToken } from './mail-token.ts';
import { assertAcceptablePassword, hashPassword, verifyPassword } from './password.ts';
import { type Proof, proveFactor } from './prove-factor.ts';
import { createSession, endOtherSessions, type LiveSession } from './sessions.ts';

/** Changes the password of a signed-in person; all other sessions end. */
export async function changePassword(
  ctx: Context,
  session: LiveSession,
  { current, next }: { current: string; next: string },
): Promise<void> {
  const { deps } = ctx;
  const { subjectId } = session;
  await assertPoint(deps, budgets.passwordByAccount, `change|${subjectId}`, ctx.now);
  const [stored] = await deps.connection.db
    .select()
    .from(passwordCredential)
    .where(eq(passwordCredential.subjectId, subjectId));
  if (!(await verifyPassword(stored?.hash ?? null, current)))
    throw new DomainError('SIGN_IN_REFUSED');
  assertAcceptablePassword(next, { email: await emailOf(ctx, subjectId) });
  const hash = await hashPassword(next);
  await deps.connection.db.transaction((tx) =>
    setPassword(tx, ctx, session, { hash, keep: session.handle }),
  );
}

/** Mails a link for a new password, if there is such an account; the answer is the same if not. */
export async function forgot(ctx: Context, { email }: { email: string }): Promise<void> {
  const { deps, now } = ctx;
  const index = deps.vault.emailIndex(email);
  await assertPoint(deps, budgets.mailByNetwork, ctx.ipPrefix, now);
  if ((await takePoint(deps, budgets.mailByAddress, `reset|${index}`, now)) !== null) return;
  const [found] = await deps.connection.db
    .select({ subjectId: account.subjectId, role: account.role, status: account.status })
    .from(account)
    .where(eq(account.emailIndex, index));
  if (found?.role !== 'customer' || found.status === 'erasing') return;
  const { subjectId } = found;
  await deps.connection.db.transaction(async (tx) => {
    const { token, id } = await issueMailToken(tx, {
      vault: deps.vault,
      subjectId,
      purpose: 'reset_password',
      now,
    });
    await queueMail(tx, deps.vault, {
      subjectId,
      template: 'reset_password',
      params: { link: `${deps.env.PUBLIC_URL}/sign-in/reset#${token}` },
      dedupeKey: `reset_password:${id}`,
      now,
    });
    await recordAudit(tx, deps.vault, {
      action: 'auth.reset_asked',
      actor: { kind: 'system', job: 'auth' },
      subjectId,
      purpose: 'authenticate',
      sections: ['security'],
      requestId: ctx.requestId,
      now,
    });
  });
}

/**
 * A mailed link opens a recovery session: it may set a password, after a second factor. The mailbox
 * alone is never enough.
 */
export async function beginRecovery(
  ctx: Context,
  { token }: { token: string },
): Promise<{ factor: boolean }> {
  const { deps, now } = ctx;
  return deps.connection.db.transaction(async (tx) => {
    const subjectId = await spendMailToken(tx, {
      vault: deps.vault,
      purpose: ctx.surface === 'portal' ? 'reset_password' : 'staff_invite',
      token,
      now,
    });
    if (!subjectId) throw new DomainError('LINK_NOT_VALID');
    // An invitation reached the mailbox it was sent to.
    if (ctx.surface === 'console')
      await tx
        .update(account)
        .set({ emailVerifiedAt: now })
        .where(and(eq(account.subjectId, subjectId), isNull(account.emailVerifiedAt)));
    const created = await createSession(tx, {
      vault: deps.vault,
      now,
      kind: 'recovery',
      subjectId,
      aal: 1,
      methods: ['mail'],
      aal2At: null,
      userAgentFamily: ctx.userAgentFamily,
      ipPrefix: ctx.ipPrefix,
    });
    const confirmed = and(eq(totpFactor.subjectId, subjectId), isNotNull(totpFactor.confirmedAt));
    const factors = await tx.$count(totpFactor, confirmed);
    ctx.setCookie(sessionCookie('recovery', created.token, ctx));
    return { factor: factors > 0 };
  });
}

/** Second factor and new password in one act; every session ends, and the person signs in anew. */
export async function finishRecovery(
  ctx: Context,
  session: LiveSession,
  { proof, password }: { proof: Proof | null; password: string },
): Promise<void> {
  const { deps, now, requestId } = ctx;
  const { subjectId } = session;
  assertAcceptablePassword(password, { email: await emailOf(ctx, subjectId) });
  if (session.factors > 0 && !proof) throw new DomainError('FACTOR_REQUIRED');
  const hash = await hashPassword(password);
  const commit = (tx: Tx) => setPassword(tx, ctx, session, { hash, keep: null });
  const actor = { kind: 'subject', subjectId, sessionHandle: session.handle } as const;
  // An account that never had a factor is not protected by one; its next sign-in leads to enrolment.
  if (session.factors === 0) await deps.connection.db.transaction(commit);
  else if (proof)
    await proveFactor(
      { deps, subjectId, sessionId: session.id, proof, actor, requestId, now },
      commit,
    );
  ctx.setCookie(expiredCookie('recovery', ctx));
}

async function setPassword(
  tx: Tx,
  ctx: Context,
  { subjectId, handle }: LiveSession,
  { hash, keep }: { hash: string; keep: string | null },
): Promise<void> {
  const { deps, now, requestId } = ctx;
  await tx
    .insert(passwordCredential)
    .values({ subjectId, hash, changedAt: now })
    .onConflictDoUpdate({ target: passwordCredential.subjectId, set: { hash, changedAt: now } });
  await endOtherSessions(tx, { subjectId, except: keep });
  await recordAudit(tx, deps.vault, {
    action: 'auth.password_changed',
    actor: { kind: 'subject', subjectId, sessionHandle: handle },
    subjectId,
    purpose: 'authenticate',
    sections: ['security'],
    requestId,
    now,
  });
  await queueMail(tx, deps.vault, {
    subjectId,
    template: 'password_changed',
    params: {},
    dedupeKey: `password_changed:${subjectId}:${now.toISOString()}`,
    now,
  });
  await addNotice(tx, { subjectId, kind: 'password_changed', reference: null, now });
}

async function emailOf({ deps }: Context, subjectId: string): Promise<string> {
  const { db } = deps.connection;
  const [person] = await db
    .select({ email: account.email })
    .from(account)
    .where(eq(account.subjectId, subjectId));
  if (!person) throw new DomainError('SIGNED_OUT');
  return deps.vault.unseal(
    await deps.vault.subjectKey(db, subjectId),
    'account.email',
    person.email,
  );
}
