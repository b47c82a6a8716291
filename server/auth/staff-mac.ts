import type { AccountRole } from '../../db/schema/account.ts';
import type { staffMember } from '../../db/schema/staff.ts';
import type { Vault } from '../crypto/vault.ts';

type StaffRow = typeof staffMember.$inferSelect;

/** Fields that make an account one of staff, with its role; an edit of one by SQL no longer fits the row's MAC. */
export function staffMac(
  vault: Vault,
  role: AccountRole,
  row: Omit<StaffRow, 'rowMac' | 'addedAt'>,
): string {
  return vault.rowMac('staff_member', [
    row.accountId,
    role,
    row.label,
    row.trainingValidUntil.toISOString(),
    row.confidentialityValidUntil.toISOString(),
    row.disabledAt?.toISOString() ?? null,
  ]);
}

/** Whether the row stands as it was written and its person may use the console. */
export function isStaff(vault: Vault, role: AccountRole, row: StaffRow | null): boolean {
  return row !== null && row.disabledAt === null && staffMac(vault, role, row) === row.rowMac;
}
