import { and, eq, isNull } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { staffMember } from '../../db/schema/staff.ts';
import { DomainError } from '../errors.ts';

/**
 * The member of staff as they are now, locked until the transaction ends: whoever is disabled at this
 * moment comes before or after it, never between its check and its effect.
 * @throws {DomainError} SIGNED_OUT
 */
export async function holdStaff(tx: Tx, { accountId }: { accountId: string }): Promise<void> {
  const [row] = await tx
    .select({ accountId: staffMember.accountId })
    .from(staffMember)
    .where(and(eq(staffMember.accountId, accountId), isNull(staffMember.disabledAt)))
    .for('share');
  if (!row) throw new DomainError('SIGNED_OUT');
}
