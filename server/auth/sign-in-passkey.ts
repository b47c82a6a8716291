import { eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { passkey } from '../../db/schema/passkey.ts';
import { staffMember } from '../../db/schema/staff.ts';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record.ts';
import { DomainError } from '../errors.ts';
import { stopRecovery } from '../support/lost-factors/stop.ts';
import type { Context } from '../trpc/context.ts';
import { spendChallenge } from './challenges.ts';
import { checkPasskey } from './check-passkey.ts';
import type { Assertion } from './input.ts';
import { assertPoint, budgets, returnPoint, takePoint } from './limits.ts';
import { lockAccount } from './lock-account.ts';
import { openSession } from './open-session.ts';
import { credentialIndex } from './passkey-rows.ts';
import { entrance, mayEnter } from './sign-in.ts';
import { challengeIn } from './webauthn.ts';

/** Events in the log of an account about passkeys that were refused at the door. */
const refusedByAccount = { name: 'passkey-refused', points: 1, seconds: 900 };

/**
 * Signs in with a passkey alone: whoever used it has the device and has proved to it who they are. Wrong
 * passwords never stand in its way, only its network's count of sign-ins. Whatever is wrong is refused with
 * the same words, be it known here or not.
 * @throws {DomainError} PASSKEY_REFUSED, TOO_MANY_ATTEMPTS
 */
export async function signInWithPasskey(
  ctx: Context,
  { passkey: assertion }: { passkey: Assertion },
): Promise<void> {
  const { deps, now } = ctx;
  const { db } = deps.connection;
  await assertPoint(deps, budgets.passwordByNetwork, ctx.ipPrefix, now);
  const challenge = challengeIn(assertion.clientDataJSON);
  const asked = { purpose: 'sign_in', sessionId: null } as const;
  const fresh = challenge !== null && (await spendChallenge(db, ctx, challenge, asked));
  const subjectId = fresh && (await ownerOf(ctx, assertion.id));
  if (!subjectId) throw new DomainError('PASSKEY_REFUSED');
  const entered = await db.transaction(async (tx) => {
    await lockAccount(tx, subjectId);
    if (!(await mayComeIn(tx, ctx, subjectId))) return false;
    const actor = { kind: 'system', job: 'auth' } as const;
    const methods = await checkPasskey(tx, ctx, { subjectId, assertion, challenge, actor });
    if (methods) await enter(tx, ctx, { subjectId, methods, actor });
    return methods !== null;
  });
  if (entered) return returnPoint(deps, budgets.passwordByNetwork, ctx.ipPrefix, now);
  await noteRefused(ctx, subjectId);
  throw new DomainError('PASSKEY_REFUSED');
}

async function ownerOf({ deps }: Context, credentialId: string): Promise<string | null> {
  const [found] = await deps.connection.db
    .select({ subjectId: passkey.subjectId })
    .from(passkey)
    .where(eq(passkey.credentialIndex, credentialIndex(deps.vault, credentialId)));
  return found?.subjectId ?? null;
}

async function mayComeIn(tx: Tx, { surface }: Context, subjectId: string): Promise<boolean> {
  const [found] = await tx
    .select(entrance)
    .from(account)
    .leftJoin(staffMember, eq(staffMember.accountId, account.subjectId))
    .where(eq(account.subjectId, subjectId));
  return found !== undefined && mayEnter(surface, found);
}

async function enter(
  tx: Tx,
  ctx: Context,
  { subjectId, methods, actor }: { subjectId: string; methods: string[]; actor: Actor },
): Promise<void> {
  const { deps, requestId, now } = ctx;
  const how = 'stopped_by_factor';
  await stopRecovery(tx, deps, { subjectId, how, actor, requestId, now });
  await openSession(tx, ctx, { subjectId, attempt: null, methods, strong: true });
}

/** Of a quarter of an hour the first one, so that a flood cannot fill the log. */
async function noteRefused(ctx: Context, subjectId: string): Promise<void> {
  const { deps, surface, requestId, now } = ctx;
  if ((await takePoint(deps, refusedByAccount, `${surface}|${subjectId}`, now)) !== null) return;
  await deps.connection.db.transaction(async (tx) => {
    if (!(await mayComeIn(tx, ctx, subjectId))) return;
    await recordAudit(tx, deps.vault, {
      action: 'auth.sign_in_refused',
      actor: { kind: 'system', job: 'auth' },
      subjectId,
      purpose: 'authenticate',
      outcome: 'refused',
      sections: ['security'],
      requestId,
      details: { factor: 'passkey' },
      now,
    });
  });
}
