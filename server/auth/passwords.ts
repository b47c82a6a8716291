import { eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { passwordCredential } from '../../db/schema/auth.ts';
import { notMeLink } from '../alarm/link.ts';
import { recordAudit } from '../audit/record.ts';
import { DomainError } from '../errors.ts';
import { enqueue } from '../jobs/define.ts';
import { queueMail } from '../mail/queue.ts';
import { addNotice } from '../overview/notices.ts';
import type { Context } from '../trpc/context.ts';
import { expiredCookie, sessionCookie } from './cookies.ts';
import { confirmMailbox } from './enrolment.ts';
import { countFactors, isProtected } from './factors.ts';
import { assertPoint, budgets, mayMail, takePoint } from './limits.ts';
import { spendMailToken } from './mail-token.ts';
import { assertAcceptablePassword, hashPassword, verifyPassword } from './password.ts';
import type { PasswordOwner } from './password-input.ts';
import { assertTaken, type Proof, proveFactor } from './prove-factor.ts';
import { tellRecoveryUse } from './recovery-use.ts';
import { recordRefusedChange } from './refused-password.ts';
import { renewSession } from './renew-session.ts';
import { resetMailJob } from './reset-mail.ts';
import { createSession, endOtherSessions, endSession, type LiveSession } from './sessions.ts';

/** Changes the password of a signed-in person; all other sessions end, this one gets a new token. */
export async function changePassword(
  ctx: Context,
  session: LiveSession,
  { current, next }: { current: string; next: string },
): Promise<void> {
  const { deps } = ctx;
  const { subjectId } = session;
  const refuse = (closed: boolean) =>
    recordRefusedChange(ctx, { subjectId, sessionHandle: session.handle, closed });
  const seconds = await takePoint(deps, budgets.passwordByAccount, `change|${subjectId}`, ctx.now);
  if (seconds !== null) {
    await refuse(true);
    throw new DomainError('TOO_MANY_ATTEMPTS', { retryAfterSeconds: seconds });
  }
  const [stored] = await deps.connection.db
    .select()
    .from(passwordCredential)
    .where(eq(passwordCredential.subjectId, subjectId));
  if (!(await verifyPassword(stored?.hash ?? null, current))) {
    await refuse(false);
    throw new DomainError('SIGN_IN_REFUSED');
  }
  assertAcceptablePassword(next, await ownerOf(ctx, subjectId));
  const hash = await hashPassword(next);
  const cookie = await deps.connection.db.transaction(async (tx) => {
    await setPassword(tx, ctx, session, { hash, keep: session.handle });
    return renewSession(tx, ctx, { session });
  });
  ctx.setCookie(cookie);
}

/**
 * Asks for a link for a new password. The letter is written behind the answer, which is the same work
 * for an address that nobody has: then the subject is nobody's.
 */
export async function forgot(ctx: Context, { email }: { email: string }): Promise<void> {
  const { deps, now } = ctx;
  const index = deps.vault.emailIndex(email);
  await assertPoint(deps, budgets.mailByNetwork, ctx.ipPrefix, now);
  if (!(await mayMail(deps, index, now))) return;
  const [found] = await deps.connection.db
    .select({ subjectId: account.subjectId })
    .from(account)
    .where(eq(account.emailIndex, index));
  const subjectId = found?.subjectId ?? crypto.randomUUID();
  await deps.connection.db.transaction((tx) =>
    enqueue(tx, resetMailJob, {
      payload: { subjectId, requestId: ctx.requestId },
      subjectId,
      now,
    }),
  );
}

/**
 * A mailed link opens a recovery session: it may set a password, after a second factor. The mailbox
 * alone is never enough.
 */
export async function beginRecovery(
  ctx: Context,
  { token }: { token: string },
): Promise<{ app: boolean; passkey: boolean }> {
  const { deps, now } = ctx;
  return deps.connection.db.transaction(async (tx) => {
    const subjectId = await spendLink(tx, ctx, token);
    if (!subjectId) throw new DomainError('LINK_NOT_VALID');
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
    const { apps, passkeys } = await countFactors(tx, { vault: deps.vault, subjectId });
    ctx.setCookie(sessionCookie('recovery', created.token, ctx));
    return { app: apps > 0, passkey: passkeys > 0 };
  });
}

/** Whose link it is: one that was asked for, or the first one of an account that was opened for somebody; at the console, an invitation. */
async function spendLink(tx: Tx, ctx: Context, token: string): Promise<string | null> {
  const { vault } = ctx.deps;
  const { now } = ctx;
  if (ctx.surface === 'console') {
    const invited = await spendMailToken(tx, { vault, purpose: 'staff_invite', token, now });
    // Sent to the mailbox; or, where nothing sends mail, handed over by the operator, who answers for it.
    if (invited) await confirmMailbox(tx, ctx, invited);
    return invited;
  }
  const asked = await spendMailToken(tx, { vault, purpose: 'reset_password', token, now });
  if (asked) return asked;
  const welcomed = await spendMailToken(tx, { vault, purpose: 'welcome', token, now });
  if (welcomed) await confirmMailbox(tx, ctx, welcomed);
  return welcomed;
}

/** Second factor and new password in one act; every session ends, and the person signs in anew. */
export async function finishRecovery(
  ctx: Context,
  session: LiveSession,
  { proof, password }: { proof: Proof | null; password: string },
): Promise<void> {
  const { deps } = ctx;
  const { subjectId, handle } = session;
  assertAcceptablePassword(password, await ownerOf(ctx, subjectId));
  const protectedByOne = await isProtected(deps.connection.db, subjectId);
  if (protectedByOne && !proof) throw new DomainError('FACTOR_REQUIRED');
  if (protectedByOne && proof) assertTaken(ctx, proof);
  const hash = await hashPassword(password);
  const commit = async (tx: Tx) => {
    await endOtherSessions(tx, { subjectId, except: handle });
    // Ended while the password was hashed, by a newer invitation, it sets none.
    if (!(await endSession(tx, { subjectId, handle }))) throw new DomainError('ATTEMPT_ENDED');
    await setPassword(tx, ctx, session, { hash, keep: null });
    if (proof?.kind === 'recovery') await tellRecoveryUse(tx, ctx, { subjectId, actor });
  };
  const actor = { kind: 'subject', subjectId, sessionHandle: handle } as const;
  // An account that never had a factor is not protected by one; its next sign-in leads to enrolment.
  if (!protectedByOne) await deps.connection.db.transaction(commit);
  else if (proof) await proveFactor(ctx, session, proof, commit);
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
    params: { notMe: notMeLink(deps.env.PUBLIC_URL) },
    dedupeKey: `password_changed:${subjectId}:${now.toISOString()}`,
    now,
  });
  await addNotice(tx, { subjectId, kind: 'password_changed', reference: null, now });
}

async function ownerOf({ deps }: Context, subjectId: string): Promise<PasswordOwner> {
  const { vault, connection } = deps;
  const [person] = await connection.db
    .select({ email: account.email, name: account.displayName })
    .from(account)
    .where(eq(account.subjectId, subjectId));
  if (!person) throw new DomainError('SIGNED_OUT');
  const key = await vault.subjectKey(connection.db, subjectId);
  return {
    email: vault.unseal(key, 'account.email', person.email),
    name: vault.unseal(key, 'account.display_name', person.name),
  };
}
