import { and, eq, gt } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import { type ChallengePurpose, webauthnChallenge } from '../../db/schema/passkey.ts';
import { newToken } from '../crypto/token.ts';
import type { Context } from '../trpc/context.ts';
import { CHALLENGE_MS } from './webauthn.ts';

/** What a challenge is good for: at one door, for one purpose, in one session where there is one. */
export type Asked = { purpose: ChallengePurpose; sessionId: string | null };

/** 32 random bytes for a passkey to sign, good once and for five minutes. Stored as a keyed hash. */
export async function issueChallenge(tx: Db | Tx, ctx: Context, asked: Asked): Promise<string> {
  const challenge = newToken();
  await tx.insert(webauthnChallenge).values({
    hash: hashOf(ctx, challenge, asked),
    purpose: asked.purpose,
    expiresAt: new Date(ctx.now.getTime() + CHALLENGE_MS),
  });
  return challenge;
}

/**
 * Uses up a challenge by one conditional delete, whatever comes of what was signed. False when it is unknown,
 * used, expired, or was asked for at another door, for another purpose, or in another session.
 */
export async function spendChallenge(
  db: Db | Tx,
  ctx: Context,
  challenge: string,
  asked: Asked,
): Promise<boolean> {
  const spent = await db
    .delete(webauthnChallenge)
    .where(
      and(
        eq(webauthnChallenge.hash, hashOf(ctx, challenge, asked)),
        gt(webauthnChallenge.expiresAt, ctx.now),
      ),
    )
    .returning({ hash: webauthnChallenge.hash });
  return spent.length > 0;
}

function hashOf({ deps, surface }: Context, challenge: string, { purpose, sessionId }: Asked) {
  const bound = [surface, purpose, sessionId ?? '', challenge].join(' ');
  return deps.vault.hashToken('webauthn_challenge', bound);
}
