import { eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { passwordCredential } from '../../db/schema/auth.ts';
import { staffMember } from '../../db/schema/staff.ts';
import { DomainError } from '../errors.ts';
import type { Context, Surface } from '../trpc/context.ts';
import { sessionCookie } from './cookies.ts';
import { isProtected } from './factors.ts';
import { assertPoint, budgets } from './limits.ts';
import { openSession } from './open-session.ts';
import { assertTaken, type Proof, proveFactor } from './prove-factor.ts';
import { provePassword } from './prove-password.ts';
import { tellRecoveryUse } from './recovery-use.ts';
import { renewSession } from './renew-session.ts';
import { passkeyOnly } from './session-rules.ts';
import { createSession, type LiveSession } from './sessions.ts';

/** Of an account, what says at which door its person may come in. */
export const entrance = {
  role: account.role,
  status: account.status,
  disabledAt: staffMember.disabledAt,
  staffId: staffMember.accountId,
} as const;
type Entrance = Pick<typeof account.$inferSelect, 'role' | 'status'> & {
  disabledAt: Date | null;
  staffId: string | null;
};

/** Whether this person may come in at this door at all. */
export function mayEnter(surface: Surface, found: Entrance): boolean {
  const { role, status, disabledAt, staffId } = found;
  const atThisDoor =
    surface === 'portal' ? role === 'customer' : staffId !== null && disabledAt === null;
  return atThisDoor && status !== 'erasing';
}

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
    .select({ ...entrance, subjectId: account.subjectId, hash: passwordCredential.hash })
    .from(account)
    .leftJoin(passwordCredential, eq(passwordCredential.subjectId, account.subjectId))
    .leftJoin(staffMember, eq(staffMember.accountId, account.subjectId))
    .where(eq(account.emailIndex, emailIndex));
  const may = found !== undefined && mayEnter(ctx.surface, found);
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
    const next = (await isProtected(tx, subjectId)) ? 'code' : 'enrol';
    ctx.setCookie(sessionCookie('pending', token, ctx));
    return { next } as const;
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

/**
 * The second step: a code, a passkey or a recovery code turns the attempt into a session. Where passkeys
 * alone open, the code of an app is good for adding the first one: the attempt goes on as one that may.
 * @throws {DomainError} PASSKEY_REQUIRED; and as `proveFactor`
 */
export async function completeSignIn(
  ctx: Context,
  attempt: LiveSession,
  proof: Proof,
): Promise<{ next: 'in' | 'passkey' }> {
  if (mayEnrolBy(ctx, attempt, proof)) {
    const cookie = await proveFactor(ctx, attempt, proof, (tx, methods) => {
      const changes = { methods: [...attempt.methods, ...methods] };
      return renewSession(tx, ctx, { session: attempt, changes });
    });
    ctx.setCookie(cookie);
    return { next: 'passkey' };
  }
  assertTaken(ctx, proof);
  const { subjectId, handle } = attempt;
  await proveFactor(ctx, attempt, proof, async (tx, methods) => {
    const strong = proof.kind !== 'recovery';
    await openSession(tx, ctx, {
      subjectId,
      attempt: handle,
      methods: ['pwd', ...methods],
      strong,
    });
    const actor = { kind: 'subject', subjectId, sessionHandle: handle } as const;
    if (!strong) await tellRecoveryUse(tx, ctx, { subjectId, actor });
  });
  return { next: 'in' };
}

function mayEnrolBy(
  { deps, surface }: Context,
  { factors }: LiveSession,
  { kind }: Proof,
): boolean {
  return passkeyOnly(deps.env, surface) && factors.passkeys === 0 && kind === 'totp';
}
