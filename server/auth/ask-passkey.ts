import { eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import type { ChallengePurpose } from '../../db/schema/passkey.ts';
import { DomainError } from '../errors.ts';
import type { Context } from '../trpc/context.ts';
import { issueChallenge } from './challenges.ts';
import { ownFactors } from './factors.ts';
import { assertPoint } from './limits.ts';
import type { LiveSession } from './sessions.ts';
import { askForNewPasskey, askForPasskey, siteOf } from './webauthn.ts';

/** A sign-in page asks by itself, and anew while it stays open; a network may have many of them. */
const challengesByNetwork = { name: 'challenge-network', points: 300, seconds: 300 };
/** Attempts whose password was right take none of those of whoever is signed in. */
const challengesByAccount = { name: 'challenge-account', points: 60, seconds: 300 };

/**
 * Asks for any passkey of this site, before anybody is recognised.
 * @throws {DomainError} TOO_MANY_ATTEMPTS
 */
export async function askSignIn(ctx: Context) {
  const { deps, surface, now } = ctx;
  await assertPoint(deps, challengesByNetwork, ctx.ipPrefix, now);
  const asked = { purpose: 'sign_in', sessionId: null } as const;
  const challenge = await issueChallenge(deps.connection.db, ctx, asked);
  return askForPasskey(siteOf(deps.env, surface), challenge);
}

/**
 * Asks for a passkey of the person whose session it is, for one purpose.
 * @throws {DomainError} NOT_ALLOWED where there is none; TOO_MANY_ATTEMPTS
 */
export async function askProof(ctx: Context, session: LiveSession, purpose: ChallengePurpose) {
  const { deps, surface, now } = ctx;
  const { id: sessionId, subjectId } = session;
  await assertPoint(deps, challengesByAccount, `${session.kind}|${subjectId}`, now);
  return deps.connection.db.transaction(async (tx) => {
    const known = await knownTo(tx, ctx, subjectId);
    if (known.length === 0) throw new DomainError('NOT_ALLOWED');
    const challenge = await issueChallenge(tx, ctx, { purpose, sessionId });
    return askForPasskey(siteOf(deps.env, surface), challenge, known);
  });
}

/**
 * Asks for a new passkey, on a device that has none of the person's.
 * @throws {DomainError} TOO_MANY_ATTEMPTS
 */
export async function askNew(ctx: Context, session: LiveSession, purpose: ChallengePurpose) {
  const { deps, surface, now } = ctx;
  const { vault } = deps;
  const { id: sessionId, subjectId } = session;
  await assertPoint(deps, challengesByAccount, `${session.kind}|${subjectId}`, now);
  return deps.connection.db.transaction(async (tx) => {
    const key = await vault.subjectKey(tx, subjectId);
    const [found] = await tx
      .select({ email: account.email, name: account.displayName })
      .from(account)
      .where(eq(account.subjectId, subjectId));
    if (!found) throw new DomainError('ATTEMPT_ENDED');
    const person = {
      subjectId,
      email: vault.unseal(key, 'account.email', found.email),
      name: vault.unseal(key, 'account.display_name', found.name),
    };
    const challenge = await issueChallenge(tx, ctx, { purpose, sessionId });
    const known = await knownTo(tx, ctx, subjectId);
    return askForNewPasskey(siteOf(deps.env, surface), { challenge, person, known });
  });
}

async function knownTo(tx: Tx, { deps: { vault } }: Context, subjectId: string) {
  const key = await vault.subjectKey(tx, subjectId);
  const { passkeys } = await ownFactors(tx, { vault, subjectId });
  return passkeys.map(({ credentialId, transports }) => ({
    id: vault.unseal(key, 'passkey.credential_id', credentialId),
    transports,
  }));
}
