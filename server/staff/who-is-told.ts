import { eq, isNull } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { type AccountRole, account } from '../../db/schema/account.ts';
import { staffMember } from '../../db/schema/staff.ts';

/**
 * Accounts of those who are told what needs a person: the officers, and where there is none, the
 * administrators.
 * @param not somebody it is about: nobody is asked to find out about themselves
 */
export async function whoIsTold(tx: Tx, { not }: { not?: string } = {}): Promise<string[]> {
  const staff = await tx
    .select({ accountId: staffMember.accountId, role: account.role })
    .from(staffMember)
    .innerJoin(account, eq(account.subjectId, staffMember.accountId))
    .where(isNull(staffMember.disabledAt));
  const having = (role: AccountRole) =>
    staff
      .filter((one) => one.role === role && one.accountId !== not)
      .map(({ accountId }) => accountId);
  const officers = having('officer');
  return officers.length > 0 ? officers : having('administrator');
}
