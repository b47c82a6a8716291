import { and, eq, gt, isNull, or, type SQL } from 'drizzle-orm';
import type { Db, Tx } from '../../../db/connect.ts';
import { subjectTables } from '../../../db/data-map/index.ts';
import { legalHold } from '../../../db/schema/hold.ts';
import { subjectKey } from '../../../db/schema/key.ts';
import type { AuditAction } from '../../audit/actions.ts';
import type { Act } from '../recording-refusals.ts';

export type Hold = typeof legalHold.$inferSelect;

/** Where a hold stands. Only `active` and `release_asked` keep anything. */
export type HoldState =
  | 'proposed'
  | 'active'
  | 'release_asked'
  | 'released'
  | 'ended'
  | 'declined'
  | 'lapsed';

/**
 * So long a proposal whose notice is barred waits for a second person. What one person alone keeps back is
 * shown to its customer after that; the database shows it an hour later (`bar_has_ended`), for an approval
 * that was under way.
 */
export const BAR_WAITS_MS = 7 * 86_400_000;

type Moments = Pick<
  Hold,
  'approvedAt' | 'releasedAt' | 'endsAt' | 'releaseAskedAt' | 'placedAt' | 'noticeFrom'
>;

/** Follows from the moments in the row alone. */
export function stateOf(hold: Moments, now: Date): HoldState {
  const { approvedAt, releasedAt, endsAt, releaseAskedAt, placedAt, noticeFrom } = hold;
  if (approvedAt === null) {
    if (releasedAt) return 'declined';
    const late = noticeFrom !== null && placedAt.getTime() + BAR_WAITS_MS <= now.getTime();
    return late || endsAt <= now ? 'lapsed' : 'proposed';
  }
  if (releasedAt) return 'released';
  if (endsAt <= now) return 'ended';
  return releaseAskedAt ? 'release_asked' : 'active';
}

/** Condition on holds that nobody has approved: somebody still may. */
export function isOpenProposal(now: Date): SQL | undefined {
  return and(
    isNull(legalHold.approvedAt),
    isNull(legalHold.releasedAt),
    gt(legalHold.endsAt, now),
    or(
      isNull(legalHold.noticeFrom),
      gt(legalHold.placedAt, new Date(now.getTime() - BAR_WAITS_MS)),
    ),
  );
}

/** Until when a legal bar keeps a hold from its person; null where none does, as after a release. */
export function barOf({
  noticeFrom,
  approvedAt,
  releasedAt,
}: Pick<Hold, 'noticeFrom' | 'approvedAt' | 'releasedAt'>): Date | null {
  return approvedAt && releasedAt ? null : noticeFrom;
}

/** How people call a hold. */
export function holdReference({ id }: Pick<Hold, 'id'>): string {
  return `H-${id.replaceAll('-', '').slice(-8).toUpperCase()}`;
}

/** What an act on a hold is recorded as; under a legal bar its person sees it when the bar ends. A release ends it. */
export function actOn(
  action: AuditAction,
  hold: Pick<Hold, 'id' | 'subjectId' | 'tableName' | 'noticeFrom'> &
    Partial<Pick<Hold, 'approvedAt' | 'releasedAt'>>,
): Act & { subjectId: string } {
  const table = subjectTables.find(({ sqlName }) => sqlName === hold.tableName);
  return {
    action,
    subjectId: hold.subjectId,
    purpose: 'legal_holds',
    sections: table ? [table.section] : [],
    reference: holdReference(hold),
    visibleFrom: barOf({ approvedAt: null, releasedAt: null, ...hold }),
  };
}

/**
 * The act on the hold of that id; about nobody where there is no such hold, or its person was erased
 * and no key seals what would be recorded.
 */
export async function actOnId(db: Db, action: AuditAction, id: string): Promise<Act> {
  const hold = await readHold(db, id);
  const known =
    hold && (await db.$count(subjectKey, eq(subjectKey.subjectId, hold.subjectId))) === 1;
  return known ? actOn(action, hold) : { action, subjectId: null, purpose: 'legal_holds' };
}

export async function readHold(tx: Tx | Db, id: string): Promise<Hold | null> {
  const [hold] = await tx.select().from(legalHold).where(eq(legalHold.id, id));
  return hold ?? null;
}
