import { and, eq, isNull } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { recoveryCode } from '../../db/schema/auth.ts';
import { newCode, newId, normaliseCode } from '../crypto/token.ts';
import type { Vault } from '../crypto/vault.ts';

const COUNT = 10;
/** 6 × 20 bits: enough for a fast keyed hash (OWASP ASVS 5.0, 6.5.2 asks for 112). */
const GROUPS = 6;

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
}) {
  return codes.map((code) => ({
    id: newId(now),
    subjectId,
    codeHash: vault.hashToken('recovery_code', normaliseCode(code)),
    createdAt: now,
    usedAt: null,
  }));
}

/** Uses up a code of the subject. False for one that is wrong, used or another's. */
export async function spendRecoveryCode(
  tx: Tx,
  { vault, subjectId, code, now }: { vault: Vault; subjectId: string; code: string; now: Date },
): Promise<boolean> {
  const spent = await tx
    .update(recoveryCode)
    .set({ usedAt: now })
    .where(
      and(
        eq(recoveryCode.codeHash, vault.hashToken('recovery_code', normaliseCode(code))),
        eq(recoveryCode.subjectId, subjectId),
        isNull(recoveryCode.usedAt),
      ),
    )
    .returning({ id: recoveryCode.id });
  return spent.length > 0;
}
