import type { staffMember } from '../schema/staff.ts';
import type { World } from './people.ts';
import { daysAfter } from './random.ts';

const YEAR_DAYS = 365;

/** The staff of the demo, all of them trained and pledged for months to come. */
export function staffRows({ now, people }: World): (typeof staffMember.$inferInsert)[] {
  return people.flatMap(({ subjectId, staffLabel, createdAt }) =>
    staffLabel
      ? [
          {
            accountId: subjectId,
            label: staffLabel,
            trainingValidUntil: daysAfter(now, YEAR_DAYS),
            confidentialityValidUntil: daysAfter(now, 2 * YEAR_DAYS),
            addedAt: createdAt,
          },
        ]
      : [],
  );
}
