import { and, eq, gt, isNull } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import { mailToken, type mailTokenPurposes } from '../../db/schema/auth.ts';
import { newId, newToken } from '../crypto/token.ts';
import type { Vault } from '../crypto/vault.ts';

type TokenPurpose = (typeof mailTokenPurposes)[number];
const WEEK = 7 * 24 * 60;
const MINUTES: Record<TokenPurpose, number> = {
  // As long as what was entered is kept.
  sign_up: 24 * 60,
  verify_email: 60,
  reset_password: 10,
  // Whoever did not ask for it has to find it first.
  welcome: WEEK,
  staff_invite: 24 * 60,
  lost_factors: 60,
  // People decide at any hour: the letter may come while its reader sleeps. Used up by the new factor.
  factor_recovery: 24 * 60,
};

type Spend = { vault: Vault; purpose: TokenPurpose; token: string; now: Date };

/** A single-use link's token; earlier ones of the same purpose end. Stored as a keyed hash. */
export async function issueMailToken(
  tx: Tx,
  {
    vault,
    subjectId,
    purpose,
    now,
  }: { vault: Vault; subjectId: string; purpose: TokenPurpose; now: Date },
): Promise<{ token: string; id: string }> {
  await tx
    .delete(mailToken)
    .where(and(eq(mailToken.subjectId, subjectId), eq(mailToken.purpose, purpose)));
  const token = newToken();
  const id = newId(now);
  await tx.insert(mailToken).values({
    id,
    subjectId,
    purpose,
    tokenHash: vault.hashToken(purpose, token),
    createdAt: now,
    expiresAt: new Date(now.getTime() + MINUTES[purpose] * 60_000),
  });
  return { token, id };
}

/** Whom a token is for that `spendMailToken` would take now. Null when there is none. */
export async function subjectOfMailToken(
  tx: Db | Tx,
  { vault, purpose, token, now }: Spend,
): Promise<string | null> {
  const [found] = await tx
    .select({ subjectId: mailToken.subjectId })
    .from(mailToken)
    .where(usableToken({ vault, purpose, token, now }));
  return found?.subjectId ?? null;
}

/** Uses up a token by one conditional update. Null when it is unknown, used, expired or for another purpose. */
export async function spendMailToken(
  tx: Db | Tx,
  { vault, purpose, token, now }: Spend,
): Promise<string | null> {
  const [spent] = await tx
    .update(mailToken)
    .set({ usedAt: now })
    .where(usableToken({ vault, purpose, token, now }))
    .returning({ subjectId: mailToken.subjectId });
  return spent?.subjectId ?? null;
}

/** Condition on tokens: those that `spendMailToken` would take now. */
export function usableToken({ vault, purpose, token, now }: Spend) {
  return and(
    eq(mailToken.tokenHash, vault.hashToken(purpose, token)),
    eq(mailToken.purpose, purpose),
    isNull(mailToken.usedAt),
    gt(mailToken.expiresAt, now),
  );
}
