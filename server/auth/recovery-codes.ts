import { and, eq, isNull } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { recoveryCode } from '../../db/schema/auth.ts';
import { newCode, newId, normaliseCode } from '../crypto/token.ts';
import type { Vault } from '../crypto/vault.ts';

const COUNT = 10;
/** 6 × 20 bits: enough for a fast keyed hash (OWASP ASVS 5.0, 6.5.2 asks for 112). */
const GROUPS = 6;

type Row = typeof recoveryCode.$inferSelect;

/** A new set of ten; the old set is void. The codes are returned once and stored as hashes. */
export async function replaceRecoveryCodes(
  tx: Tx,
  { vault, subjectId, now }: { vault: Vault; subjectId: string; now: Date },
): Promise<string[]> {
  await tx.delete(recoveryCode).where(eq(recoveryCode.subjectId, subjectId));
  const codes = Array.from({ length: COUNT }, () => newCode(GROUPS));
  await tx.insert(recoveryCode).values(recoveryRows({ vault, subjectId, codes, now }));
  return codes;
}

/** Rows for a set of codes. */
export function recoveryRows({
  vault,
  subjectId,
  codes,
  now,
}: {
  vault: Vault;
  subjectId: string;
  codes: string[];
  now: Date;
}): Row[] {
  return codes.map((code) => {
    const codeHash = vault.hashToken('recovery_code', normaliseCode(code));
    const row = { id: newId(now), subjectId, codeHash, createdAt: now, usedAt: null };
    return { ...row, rowMac: recoveryMac(vault, row) };
  });
}

/** Uses up a code of the subject. False for one that is wrong, used, another's, or altered by hand. */
export async function spendRecoveryCode(
  tx: Tx,
  { vault, subjectId, code, now }: { vault: Vault; subjectId: string; code: string; now: Date },
): Promise<boolean> {
  const codeHash = vault.hashToken('recovery_code', normaliseCode(code));
  const own = and(eq(recoveryCode.codeHash, codeHash), eq(recoveryCode.subjectId, subjectId));
  const [row] = await tx.select().from(recoveryCode).where(own);
  if (!row || row.rowMac !== recoveryMac(vault, row)) return false;
  const spent = await tx
    .update(recoveryCode)
    .set({ usedAt: now, rowMac: recoveryMac(vault, { ...row, usedAt: now }) })
    .where(and(own, isNull(recoveryCode.usedAt)))
    .returning({ id: recoveryCode.id });
  return spent.length > 0;
}

/** The subject's set: how many it has, how many still work, and when it was made. */
export async function recoveryCodesOf(
  tx: Tx,
  { vault, subjectId }: { vault: Vault; subjectId: string },
): Promise<{ left: number; total: number; madeAt: Date | null }> {
  const rows = await tx.select().from(recoveryCode).where(eq(recoveryCode.subjectId, subjectId));
  const own = rows.filter((row) => row.rowMac === recoveryMac(vault, row));
  return {
    left: own.filter(({ usedAt }) => usedAt === null).length,
    total: own.length,
    madeAt: own[0]?.createdAt ?? null,
  };
}

/** A code inserted, moved or made unused by SQL has no fitting MAC: it is none. */
export function recoveryMac(vault: Vault, row: Omit<Row, 'rowMac'>): string {
  return vault.rowMac('recovery_code', [
    row.id,
    row.subjectId,
    row.codeHash,
    row.createdAt.toISOString(),
    row.usedAt?.toISOString() ?? null,
  ]);
}
