import { and, eq, isNotNull, lt } from 'drizzle-orm';
import { generateSecret, generateSync, generateURI, verify } from 'otplib';
import type { Tx } from '../../db/connect.ts';
import { totpFactor } from '../../db/schema/auth.ts';
import { newId } from '../crypto/token.ts';
import type { DataKey, Vault } from '../crypto/vault.ts';

/** RFC 6238: SHA-1, six digits, steps of 30 seconds; the step before is accepted too. */
export const STEP_SECONDS = 30;
const SECRET_BYTES = 20;
const ISSUER = 'EaseLLM Privacy';

export type TotpResult = 'accepted' | 'wrong' | 'already_used';
type Factor = typeof totpFactor.$inferSelect;

/** A shared secret, base 32, 160 bits (RFC 4226 4, R6). */
export function newTotpSecret(): string {
  return generateSecret({ length: SECRET_BYTES });
}

/** What an authenticator app reads from the QR code. */
export function otpauthUrl({ secret, email }: { secret: string; email: string }): string {
  return generateURI({ issuer: ISSUER, label: email, secret });
}

/** Code of a moment; for the demo's sign-ins and for tests. */
export function codeAt(secret: string, now: Date): string {
  return generateSync({ secret, epoch: Math.floor(now.getTime() / 1_000) });
}

/** Seconds until the next code begins. */
export function secondsToNext(now: Date): number {
  return STEP_SECONDS - (Math.floor(now.getTime() / 1_000) % STEP_SECONDS);
}

/** The time step a code belongs to, or null. otplib throws on odd input and answers with an object. */
async function stepOf(secret: string, code: string, now: Date): Promise<number | null> {
  try {
    const result = await verify({
      secret,
      token: code,
      epoch: Math.floor(now.getTime() / 1_000),
      epochTolerance: [STEP_SECONDS, 0],
    });
    return result.valid ? Math.floor(now.getTime() / 1_000 / STEP_SECONDS) + result.delta : null;
  } catch {
    return null;
  }
}

/**
 * Checks a code against the subject's confirmed factors. A code is accepted once: its step is written
 * by one conditional update, which a hundred parallel calls can win only once.
 */
export async function checkTotp(
  tx: Tx,
  {
    vault,
    key,
    subjectId,
    code,
    now,
  }: { vault: Vault; key: DataKey; subjectId: string; code: string; now: Date },
): Promise<TotpResult> {
  const factors = await tx
    .select()
    .from(totpFactor)
    .where(and(eq(totpFactor.subjectId, subjectId), isNotNull(totpFactor.confirmedAt)));
  let used = false;
  for (const factor of factors) {
    if (factor.rowMac !== factorMac(vault, factor)) continue;
    const step = await stepOf(vault.unseal(key, 'totp_factor.secret', factor.secret), code, now);
    if (step === null) continue;
    const won = await tx
      .update(totpFactor)
      .set({ lastStep: step, lastUsedAt: now })
      .where(and(eq(totpFactor.id, factor.id), lt(totpFactor.lastStep, step)))
      .returning({ id: totpFactor.id });
    if (won.length > 0) return 'accepted';
    used = true;
  }
  return used ? 'already_used' : 'wrong';
}

/** Starts a first factor, unconfirmed; an earlier unconfirmed one is replaced. */
export async function beginTotp(
  tx: Tx,
  { vault, key, subjectId, now }: { vault: Vault; key: DataKey; subjectId: string; now: Date },
): Promise<string> {
  await tx
    .delete(totpFactor)
    .where(and(eq(totpFactor.subjectId, subjectId), eq(totpFactor.lastStep, -1)));
  const secret = newTotpSecret();
  await tx
    .insert(totpFactor)
    .values(totpRow({ vault, key, subjectId, secret, now, confirmed: false }));
  return secret;
}

/** A factor's row; confirmed at once only where the demo world is made. */
export function totpRow({
  vault,
  key,
  subjectId,
  secret,
  now,
  confirmed,
}: {
  vault: Vault;
  key: DataKey;
  subjectId: string;
  secret: string;
  now: Date;
  confirmed: boolean;
}): Factor {
  const row = {
    id: newId(now),
    subjectId,
    label: vault.seal(key, 'totp_factor.label', 'Authenticator app'),
    secret: vault.seal(key, 'totp_factor.secret', secret),
    lastStep: confirmed ? 0 : -1,
    createdAt: now,
    confirmedAt: confirmed ? now : null,
    lastUsedAt: null,
  };
  return { ...row, rowMac: factorMac(vault, row) };
}

/** Confirms the factor that was begun, by its first code. Returns its id, or null for a wrong code. */
export async function confirmTotp(
  tx: Tx,
  {
    vault,
    key,
    subjectId,
    code,
    now,
  }: { vault: Vault; key: DataKey; subjectId: string; code: string; now: Date },
): Promise<string | null> {
  const [factor] = await tx
    .select()
    .from(totpFactor)
    .where(and(eq(totpFactor.subjectId, subjectId), eq(totpFactor.lastStep, -1)));
  if (!factor || factor.rowMac !== factorMac(vault, factor)) return null;
  const step = await stepOf(vault.unseal(key, 'totp_factor.secret', factor.secret), code, now);
  if (step === null) return null;
  const [won] = await tx
    .update(totpFactor)
    .set({ lastStep: step, confirmedAt: now, lastUsedAt: now })
    .where(and(eq(totpFactor.id, factor.id), eq(totpFactor.lastStep, -1)))
    .returning({ id: totpFactor.id });
  return won?.id ?? null;
}

/** A factor inserted or moved by SQL has no fitting MAC and never verifies. */
function factorMac(
  vault: Vault,
  row: Pick<Factor, 'id' | 'subjectId' | 'secret' | 'createdAt'>,
): string {
  return vault.rowMac('totp_factor', [
    row.id,
    row.subjectId,
    row.secret,
    row.createdAt.toISOString(),
  ]);
}
