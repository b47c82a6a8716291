import { eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { type ChallengePurpose, passkey } from '../../db/schema/passkey.ts';
import { DomainError } from '../errors.ts';
import type { Context } from '../trpc/context.ts';
import { spendChallenge } from './challenges.ts';
import { settleFactor } from './factor-changes.ts';
import { countFactors, MAX_FACTORS } from './factors.ts';
import type { Attestation } from './input.ts';
import { lockAccount } from './lock-account.ts';
import { passkeyRow } from './passkey-rows.ts';
import { proveNewApp } from './prove-code.ts';
import type { LiveSession } from './sessions.ts';
import { beginTotp, otpauthUrl } from './totp.ts';
import { challengeIn, type NewCredential, siteOf, verifyNewPasskey } from './webauthn.ts';

export type NewApp = { code: string; name?: string | undefined };
export type NewPasskey = { passkey: Attestation; name?: string | undefined };

/**
 * Starts an authenticator app; one that was begun before is replaced. It counts from its first code.
 * @returns the shared secret, and the name it gets unless another is given
 */
export async function beginApp(
  ctx: Context,
  { subjectId }: Pick<LiveSession, 'subjectId'>,
): Promise<{ secret: string; otpauthUrl: string; name: string }> {
  const { deps, now, userAgentFamily: name } = ctx;
  return deps.connection.db.transaction(async (tx) => {
    const key = await deps.vault.subjectKey(tx, subjectId);
    // Locked, so that of two that begin at once the later replaces the earlier.
    const [person] = await tx
      .select({ email: account.email })
      .from(account)
      .where(eq(account.subjectId, subjectId))
      .for('update');
    if (!person) throw new DomainError('ATTEMPT_ENDED');
    const secret = await beginTotp(tx, { vault: deps.vault, key, subjectId, name, now });
    const email = deps.vault.unseal(key, 'account.email', person.email);
    return { secret, otpauthUrl: otpauthUrl({ secret, email }), name };
  });
}

/**
 * Confirms an app beside the factors there are: every other session ends, this one gets a new token.
 * @throws {DomainError} FACTOR_LIMIT_REACHED; and as `proveNewApp`
 */
export async function confirmApp(ctx: Context, session: LiveSession, input: NewApp): Promise<void> {
  const cookie = await proveNewApp(ctx, session, input, async (tx, app) => {
    await assertRoom(tx, ctx, session.subjectId);
    return settleFactor(tx, ctx, session, { change: 'added', kind: 'app', ...app });
  });
  ctx.setCookie(cookie);
}

/**
 * Adds a passkey beside the factors there are: every other session ends, this one gets a new token.
 * @throws {DomainError} PASSKEY_REFUSED, FACTOR_LIMIT_REACHED, SIGNED_OUT
 */
export async function confirmPasskey(
  ctx: Context,
  session: LiveSession,
  input: NewPasskey,
): Promise<void> {
  const cookie = await proveNewPasskey(ctx, session, 'add', input, async (tx, { id, name }) => {
    await assertRoom(tx, ctx, session.subjectId);
    return settleFactor(tx, ctx, session, { change: 'added', kind: 'passkey', id, name });
  });
  ctx.setCookie(cookie);
}

/** @throws {DomainError} FACTOR_LIMIT_REACHED before one more is begun */
export function assertRoomLeft({ factors }: Pick<LiveSession, 'factors'>): void {
  if (factors.apps + factors.passkeys >= MAX_FACTORS) throw new DomainError('FACTOR_LIMIT_REACHED');
}

/** @throws {DomainError} FACTOR_LIMIT_REACHED when the one that was just added is one too many */
async function assertRoom(tx: Tx, { deps: { vault } }: Context, subjectId: string): Promise<void> {
  const { apps, passkeys } = await countFactors(tx, { vault, subjectId });
  if (apps + passkeys > MAX_FACTORS) throw new DomainError('FACTOR_LIMIT_REACHED');
}

/** A passkey that was just written: its id, how the person calls it, how it stands among a session's methods. */
export type AddedPasskey = { id: string; name: string; methods: string[] };

/**
 * Takes a new passkey that this session asked for, behind the lock of its account. The challenge is used up
 * whatever comes of it.
 * @throws {DomainError} PASSKEY_REFUSED, also for one that is somebody's already
 */
export async function proveNewPasskey<T>(
  ctx: Context,
  { id: sessionId, subjectId }: LiveSession,
  purpose: ChallengePurpose,
  { passkey: attestation, name = ctx.userAgentFamily }: NewPasskey,
  then: (tx: Tx, added: AddedPasskey) => Promise<T>,
): Promise<T> {
  const { db } = ctx.deps.connection;
  const challenge = challengeIn(attestation.clientDataJSON);
  const fresh =
    challenge !== null && (await spendChallenge(db, ctx, challenge, { purpose, sessionId }));
  const credential =
    fresh && (await verifyNewPasskey(siteOf(ctx.deps.env, ctx.surface), challenge, attestation));
  if (!credential) throw new DomainError('PASSKEY_REFUSED');
  return db.transaction(async (tx) => {
    await lockAccount(tx, subjectId);
    const id = await insertPasskey(tx, ctx, { subjectId, name, credential });
    const methods = ['pwd', credential.backupEligible ? 'swk' : 'hwk', 'user'];
    return then(tx, { id, name, methods });
  });
}

async function insertPasskey(
  tx: Tx,
  { deps: { vault }, now }: Context,
  { subjectId, name, credential }: { subjectId: string; name: string; credential: NewCredential },
): Promise<string> {
  const key = await vault.subjectKey(tx, subjectId);
  const row = passkeyRow({ vault, key, subjectId, name, credential, now });
  const [added] = await tx
    .insert(passkey)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: passkey.id });
  if (!added) throw new DomainError('PASSKEY_REFUSED');
  return added.id;
}
