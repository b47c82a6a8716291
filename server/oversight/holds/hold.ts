import { eq } from 'drizzle-orm';
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

/** Follows from the moments in the row alone. */
export function stateOf(
  {
    approvedAt,
    releasedAt,
    endsAt,
    releaseAskedAt,
  }: Pick<Hold, 'approvedAt' | 'releasedAt' | 'endsAt' | 'releaseAskedAt'>,
  now: Date,
): HoldState {
  if (approvedAt === null) {
    if (releasedAt) return 'declined';
    return endsAt <= now ? 'lapsed' : 'proposed';
  }
  if (releasedAt) return 'released';
  if (endsAt <= now) return 'ended';
  return releaseAskedAt ? 'release_asked' : 'active';
}

/** How people call a hold. */
export function holdReference({ id }: Pick<Hold, 'id'>): string {
  return `H-${id.replaceAll('-', '').slice(-8).toUpperCase()}`;
}

/** What an act on a hold is recorded as; under a legal bar its person sees it when the bar ends. */
export function actOn(
  action: AuditAction,
  hold: Pick<Hold, 'id' | 'subjectId' | 'tableName' | 'noticeFrom'>,
): Act & { subjectId: string } {
  const table = subjectTables.find(({ sqlName }) => sqlName === hold.tableName);
  return {
    action,
    subjectId: hold.subjectId,
    purpose: 'legal_holds',
    sections: table ? [table.section] : [],
    reference: holdReference(hold),
    visibleFrom: hold.noticeFrom,
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
