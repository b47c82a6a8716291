import { and, eq, isNull } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { recordAudit } from '../audit/record.ts';
import { DomainError } from '../errors.ts';
import { queueMail } from '../mail/queue.ts';
import type { Context } from '../trpc/context.ts';
import { beginApp, type NewApp, type NewPasskey, proveNewPasskey } from './add-factor.ts';
import { askNew } from './ask-passkey.ts';
import { type FactorKind, tellFactor } from './factor-changes.ts';
import { countFactors } from './factors.ts';
import { budgets, takePoint } from './limits.ts';
import { issueMailToken, spendMailToken } from './mail-token.ts';
import { openSession } from './open-session.ts';
import { owesPasskey } from './owes-passkey.ts';
import { proveNewApp } from './prove-code.ts';
import { replaceRecoveryCodes } from './recovery-codes.ts';
import { passkeyOnly } from './session-rules.ts';
import type { LiveSession } from './sessions.ts';

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

/**
 * Starts an authenticator app as the first factor; the mailbox comes first.
 * @throws {DomainError} NOT_ALLOWED; PASSKEY_REQUIRED where passkeys alone open
 */
export function beginEnrolment(ctx: Context, attempt: LiveSession) {
  assertMailbox(attempt);
  if (passkeyOnly(ctx.deps.env, ctx.surface)) throw new DomainError('PASSKEY_REQUIRED');
  return beginApp(ctx, attempt);
}

/**
 * Confirms the first factor, opens the session, and returns ten recovery codes, once.
 * @throws {DomainError} NOT_ALLOWED when the account got its first factor meanwhile; and as `proveNewApp`
 */
export function confirmEnrolment(ctx: Context, attempt: LiveSession, input: NewApp) {
  if (passkeyOnly(ctx.deps.env, ctx.surface)) throw new DomainError('PASSKEY_REQUIRED');
  return proveNewApp(ctx, attempt, input, (tx, app) =>
    finishEnrolment(tx, ctx, attempt, { kind: 'app', ...app, methods: ['pwd', 'otp'] }),
  );
}

/**
 * Asks for a passkey as the first factor; the mailbox comes first.
 * @throws {DomainError} NOT_ALLOWED
 */
export function beginPasskeyEnrolment(ctx: Context, attempt: LiveSession) {
  assertMailbox(attempt);
  return askNew(ctx, attempt, 'enrol');
}

/**
 * Adds the passkey, opens the session, and returns ten recovery codes, once; none where passkeys alone open.
 * @throws {DomainError} NOT_ALLOWED when the account got its first factor meanwhile; PASSKEY_REFUSED
 */
export function confirmPasskeyEnrolment(ctx: Context, attempt: LiveSession, input: NewPasskey) {
  return proveNewPasskey(ctx, attempt, 'enrol', input, (tx, added) =>
    finishEnrolment(tx, ctx, attempt, { kind: 'passkey', ...added }),
  );
}

function assertMailbox({ emailVerified }: LiveSession): void {
  if (!emailVerified) throw new DomainError('NOT_ALLOWED');
}

type Enrolled = { kind: FactorKind; id: string; name: string; methods: string[] };

async function finishEnrolment(
  tx: Tx,
  ctx: Context,
  attempt: LiveSession,
  { methods, ...factor }: Enrolled,
): Promise<{ recoveryCodes: string[] }> {
  const { deps, surface, now } = ctx;
  const { vault } = deps;
  const { subjectId, handle } = attempt;
  const { apps, passkeys } = await countFactors(tx, { vault, subjectId });
  const isFirst = owesPasskey(ctx, attempt) ? passkeys === 1 : apps + passkeys === 1;
  if (!isFirst) throw new DomainError('NOT_ALLOWED');
  const recoveryCodes = passkeyOnly(deps.env, surface)
    ? []
    : await replaceRecoveryCodes(tx, { vault, subjectId, now });
  await tellFactor(tx, ctx, attempt, { change: 'added', ...factor });
  await openSession(tx, ctx, { subjectId, attempt: handle, methods, strong: true, enrolled: true });
  return { recoveryCodes };
}
