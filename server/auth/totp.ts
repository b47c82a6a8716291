import { and, eq, isNotNull, isNull, lt } from 'drizzle-orm';
import { generateSecret, generateSync, generateURI, verify } from 'otplib';
import type { Tx } from '../../db/connect.ts';
import { totpFactor } from '../../db/schema/auth.ts';
import { newId } from '../crypto/token.ts';
import type { DataKey, Vault } from '../crypto/vault.ts';

/** RFC 6238: SHA-1, six digits, steps of 30 seconds; the step before is accepted too. */
export const STEP_SECONDS = 30;
const SECRET_BYTES = 20;
const ISSUER = 'EaseLLM Privacy';
/** The step of an app that was begun: no code of it was accepted yet. */
const NO_STEP = -1;

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
 * Checks a code against all of the subject's confirmed apps. A code is accepted once: its step is written
 * by one conditional update, which a hundred parallel calls can win only once. Called behind the lock of
 * the account, so that the proof in the row is the one of the step that is written.
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
    if (factor.rowMac !== totpMac(vault, factor)) continue;
    const step = await stepOf(vault.unseal(key, 'totp_factor.secret', factor.secret), code, now);
    if (step === null) continue;
    const rowMac = totpMac(vault, { ...factor, lastStep: step });
    const won = await tx
      .update(totpFactor)
      .set({ lastStep: step, lastUsedAt: now, rowMac })
      .where(and(eq(totpFactor.id, factor.id), lt(totpFactor.lastStep, step)))
      .returning({ id: totpFactor.id });
    if (won.length > 0) return 'accepted';
    used = true;
  }
  return used ? 'already_used' : 'wrong';
}

/** Starts an app, unconfirmed; an earlier unconfirmed one is replaced. */
export async function beginTotp(
  tx: Tx,
  {
    vault,
    key,
    subjectId,
    name,
    now,
  }: { vault: Vault; key: DataKey; subjectId: string; name: string; now: Date },
): Promise<string> {
  await tx.delete(totpFactor).where(begunBy(subjectId));
  const secret = newTotpSecret();
  await tx
    .insert(totpFactor)
    .values(totpRow({ vault, key, subjectId, secret, name, now, confirmed: false }));
  return secret;
}

/** A factor's row; confirmed at once only where the demo world is made. */
export function totpRow({
  vault,
  key,
  subjectId,
  secret,
  name = 'Authenticator app',
  now,
  confirmed,
}: {
  vault: Vault;
  key: DataKey;
  subjectId: string;
  secret: string;
  name?: string;
  now: Date;
  confirmed: boolean;
}): Factor {
  const row = {
    id: newId(now),
    subjectId,
    label: vault.seal(key, 'totp_factor.label', name),
    secret: vault.seal(key, 'totp_factor.secret', secret),
    lastStep: confirmed ? 0 : NO_STEP,
    createdAt: now,
    confirmedAt: confirmed ? now : null,
    lastUsedAt: null,
  };
  return { ...row, rowMac: totpMac(vault, row) };
}

/**
 * Confirms the app that was begun, by its first code.
 * @param name how the person calls it; the one it was begun with unless given
 * @returns its id and name, or null for a wrong code
 */
export async function confirmTotp(
  tx: Tx,
  {
    vault,
    key,
    subjectId,
    code,
    name,
    now,
  }: {
    vault: Vault;
    key: DataKey;
    subjectId: string;
    code: string;
    name?: string | undefined;
    now: Date;
  },
): Promise<{ id: string; name: string } | null> {
  const [factor] = await tx.select().from(totpFactor).where(begunBy(subjectId));
  if (!factor || factor.rowMac !== totpMac(vault, factor)) return null;
  const step = await stepOf(vault.unseal(key, 'totp_factor.secret', factor.secret), code, now);
  if (step === null) return null;
  const label = name ? vault.seal(key, 'totp_factor.label', name) : factor.label;
  const rowMac = totpMac(vault, { ...factor, lastStep: step, confirmedAt: now });
  const [won] = await tx
    .update(totpFactor)
    .set({ label, lastStep: step, confirmedAt: now, lastUsedAt: now, rowMac })
    .where(and(eq(totpFactor.id, factor.id), isNull(totpFactor.confirmedAt)))
    .returning({ id: totpFactor.id });
  return won ? { id: won.id, name: vault.unseal(key, 'totp_factor.label', label) } : null;
}

function begunBy(subjectId: string) {
  return and(eq(totpFactor.subjectId, subjectId), isNull(totpFactor.confirmedAt));
}

/** An app inserted or edited by SQL has no fitting MAC: it never verifies and counts as none. */
export function totpMac(
  vault: Vault,
  row: Pick<Factor, 'id' | 'subjectId' | 'secret' | 'lastStep' | 'createdAt' | 'confirmedAt'>,
): string {
  return vault.rowMac('totp_factor', [
    row.id,
    row.subjectId,
    row.secret,
    row.lastStep,
    row.createdAt.toISOString(),
    row.confirmedAt?.toISOString() ?? null,
  ]);
}
