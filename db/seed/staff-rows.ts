import { staffMac } from '../../server/auth/staff-mac.ts';
import type { staffMember } from '../schema/staff.ts';
import type { World } from './people.ts';
import { daysAfter } from './random.ts';

const YEAR_DAYS = 365;

/** The staff of the demo, all of them trained and pledged for months to come. */
export function staffRows({ now, people, vault }: World): (typeof staffMember.$inferInsert)[] {
  return people.flatMap(({ subjectId, staffLabel, createdAt, role }) => {
    if (!staffLabel) return [];
    const row = {
      accountId: subjectId,
      label: staffLabel,
      trainingValidUntil: daysAfter(now, YEAR_DAYS),
      confidentialityValidUntil: daysAfter(now, 2 * YEAR_DAYS),
      disabledAt: null,
    };
    return [{ ...row, addedAt: createdAt, rowMac: staffMac(vault, role, row) }];
  });
}
