import type { AccountStatus } from '../../db/schema/account.ts';
import { mayImpersonate } from '../auth/grant-stands.ts';
import type { DomainErrorCode } from '../errors.ts';

/** Why one member of support may not view one account now, or null. What the agent lacks comes first. */
export function whyNotViewable(
  staff: Parameters<typeof mayImpersonate>[0],
  customer: { status: AccountStatus; supportAccess: boolean },
  now: Date,
): DomainErrorCode | null {
  if (!mayImpersonate(staff, now)) return 'TRAINING_EXPIRED';
  if (customer.status !== 'active') return 'ACCOUNT_NOT_VIEWABLE';
  if (!customer.supportAccess) return 'SUPPORT_ACCESS_OFF';
  return null;
}
