import { eq, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { passwordCredential } from '../../db/schema/auth.ts';
import { connectionEvent, device } from '../../db/schema/devices.ts';
import { staffMember } from '../../db/schema/staff.ts';
import { recordAudit } from '../audit/record.ts';
import { mergeVisitorChoice } from '../consent/merge.ts';
import { newId } from '../crypto/token.ts';
import { DomainError } from '../errors.ts';
import type { Context } from '../trpc/context.ts';
import { sessionCookie } from './cookies.ts';
import { rememberPlace } from './known-places.ts';
import { assertPoint, budgets } from './limits.ts';
import { type Proof, proveFactor } from './prove-factor.ts';
import { provePassword } from './prove-password.ts';
import { tellRecoveryUse } from './recovery-use.ts';
import { createSession, endSession, type LiveSession } from './sessions.ts';

/**
 * The first step: e-mail address and password. The answer and its time are the same for an unknown
 * address, a wrong password and a person who does not sign in here.
 * @throws {DomainError} SIGN_IN_REFUSED, SIGN_IN_PAUSED, TOO_MANY_ATTEMPTS, BUSY
 */
export async function signIn(
  ctx: Context,
  { email, password }: { email: string; password: string },
): Promise<{ next: 'code' | 'enrol' }> {
  const { deps, now } = ctx;
  const { vault, connection } = deps;
  const emailIndex = vault.emailIndex(email);
  await assertPoint(deps, budgets.passwordByNetwork, ctx.ipPrefix, now);
  const [found] = await connection.db
    .select({
      subjectId: account.subjectId,
      role: account.role,
      status: account.status,
      hash: passwordCredential.hash,
      disabledAt: staffMember.disabledAt,
      staffId: staffMember.accountId,
    })
    .from(account)
    .leftJoin(passwordCredential, eq(passwordCredential.subjectId, account.subjectId))
    .leftJoin(staffMember, eq(staffMember.accountId, account.subjectId))
    .where(eq(account.emailIndex, emailIndex));
  const atThisDoor =
    ctx.surface === 'portal'
      ? found?.role === 'customer'
      : found !== undefined && found.staffId !== null && found.disabledAt === null;
  const may = found !== undefined && atThisDoor && found.status !== 'erasing';
  const subjectId = may ? found.subjectId : crypto.randomUUID();
  const hash = may ? found.hash : null;
  await provePassword(ctx, { subjectId, emailIndex, hash }, password);
  return connection.db.transaction(async (tx) => {
    await assertUnchanged(tx, subjectId, hash);
    const { token } = await createSession(tx, {
      vault,
      now,
      kind: 'pending',
      subjectId,
      aal: 1,
      methods: ['pwd'],
      aal2At: null,
      userAgentFamily: ctx.userAgentFamily,
      ipPrefix: ctx.ipPrefix,
    });
    const [factor] = await tx.execute<{ enrolled: boolean }>(
      sql`select exists (select 1 from totp_factor where subject_id = ${subjectId} and confirmed_at is not null) as enrolled`,
    );
    ctx.setCookie(sessionCookie('pending', token, ctx));
    return { next: factor?.enrolled ? 'code' : 'enrol' } as const;
  });
}

/**
 * The password that was checked is still the one, and stays it until the attempt is written: an invitation
 * or a reset that came between has ended what the old one opens.
 * @throws {DomainError} SIGN_IN_REFUSED
 */
async function assertUnchanged(tx: Tx, subjectId: string, hash: string | null): Promise<void> {
  const [now] = await tx
    .select({ hash: passwordCredential.hash })
    .from(passwordCredential)
    .where(eq(passwordCredential.subjectId, subjectId))
    .for('share');
  if (now?.hash !== hash) throw new DomainError('SIGN_IN_REFUSED');
}

/** The second step: a code or a recovery code turns the attempt into a session. */
export async function completeSignIn(
  ctx: Context,
  attempt: LiveSession,
  proof: Proof,
): Promise<void> {
  const { deps, now, requestId } = ctx;
  const { subjectId } = attempt;
  const actor = { kind: 'subject', subjectId, sessionHandle: attempt.handle } as const;
  await proveFactor(
    { deps, subjectId, sessionId: attempt.id, proof, actor, requestId, now },
    async (tx) => {
      await openSession(tx, ctx, attempt, proof.kind);
      if (proof.kind === 'recovery') await tellRecoveryUse(tx, ctx, { subjectId, actor });
    },
  );
}

/** Ends the attempt and opens the session it was for. */
export async function openSession(
  tx: Tx,
  ctx: Context,
  attempt: LiveSession,
  factor: Proof['kind'],
): Promise<void> {
  const { deps, now, requestId } = ctx;
  const { subjectId } = attempt;
  const kind = ctx.surface === 'portal' ? 'user' : 'staff';
  if (!(await endSession(tx, { subjectId, handle: attempt.handle })))
    throw new DomainError('ATTEMPT_ENDED');
  const { token, handle } = await createSession(tx, {
    vault: deps.vault,
    now,
    kind,
    subjectId,
    aal: 2,
    methods: ['pwd', factor === 'totp' ? 'otp' : 'rc'],
    // A recovery code opens the account, but no act that asks for a second factor.
    aal2At: factor === 'totp' ? now : null,
    userAgentFamily: ctx.userAgentFamily,
    ipPrefix: ctx.ipPrefix,
  });
  await recordAudit(tx, deps.vault, {
    action: 'auth.signed_in',
    actor: { kind: 'subject', subjectId, sessionHandle: handle },
    subjectId,
    purpose: 'authenticate',
    sections: ['security'],
    requestId,
    details: { factor },
    now,
  });
  await observe(tx, ctx, subjectId);
  await rememberPlace(tx, ctx, subjectId);
  if (kind === 'user') await mergeVisitorChoice(tx, ctx, { subjectId, sessionHandle: handle });
  ctx.setCookie(sessionCookie(kind, token, ctx));
}

/** What the sign-in shows of device and network, coarse from the start. */
async function observe(tx: Tx, ctx: Context, subjectId: string): Promise<void> {
  const { now, ipPrefix, userAgentFamily } = ctx;
  await tx.insert(connectionEvent).values({
    id: newId(now),
    subjectId,
    occurredAt: now,
    event: 'sign_in',
    ipPrefix,
    userAgentFamily,
  });
  const known = await tx
    .select({ id: device.id, family: device.family })
    .from(device)
    .where(eq(device.subjectId, subjectId));
  const same = known.find((row) => row.family === userAgentFamily);
  if (same) await tx.update(device).set({ lastSeenAt: now }).where(eq(device.id, same.id));
  else {
    await tx.insert(device).values({
      id: newId(now),
      subjectId,
      family: userAgentFamily,
      label: null,
      firstSeenAt: now,
      lastSeenAt: now,
    });
  }
}
