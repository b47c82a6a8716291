import { and, eq, ne } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { holdFinds } from '../../../db/data-map/held.ts';
import { subjectTables } from '../../../db/data-map/index.ts';
import { legalHold } from '../../../db/schema/hold.ts';
import { recordAudit } from '../../audit/record.ts';
import { DomainError } from '../../errors.ts';
import { enqueue } from '../../jobs/define.ts';
import { holdErasures } from '../../requests/erasure/wake.ts';
import { keepSetAside } from '../../retention/set-aside.ts';
import { shareKey } from '../customers.ts';
import type { DeskCall } from '../recording-refusals.ts';
import { actOn, type Hold, isOpenProposal, readHold, stateOf } from './hold.ts';
import { holdTellJob, tellPlaced } from './tell.ts';

/**
 * Approves a hold that somebody else proposed: from now on it keeps its rows, and its person is told, or
 * will be on the day on which a legal bar ends. Of two who approve at once one does.
 *
 * @throws {DomainError} NOT_FOUND, FOUR_EYES_NEEDED for whoever proposed it, HOLD_NOT_OPEN when it was
 *   answered, its end has come or it has lapsed, HOLD_FINDS_NOTHING when what it names is gone
 */
export async function approveHold(tx: Tx, call: DeskCall, { id }: { id: string }): Promise<void> {
  const { deps, actor, requestId, now } = call;
  const proposed = await readHold(tx, id);
  if (!proposed) throw new DomainError('NOT_FOUND');
  await holdErasures(tx, proposed.subjectId);
  await shareKey(tx, proposed.subjectId);
  const [hold] = await tx
    .update(legalHold)
    .set({ approvedBy: actor.accountId, approvedAt: now })
    .where(and(isProposed(id, now), ne(legalHold.placedBy, actor.accountId)))
    .returning();
  if (!hold) throw await refusalOf(tx, { id, now, mine: 'placedBy', accountId: actor.accountId });
  const table = subjectTables.find(({ sqlName }) => sqlName === hold.tableName);
  const { subjectId, rowId, fields } = hold;
  if (!table || !(await holdFinds(tx, { table, subjectId, rowId, fields })))
    throw new DomainError('HOLD_FINDS_NOTHING');
  await keepSetAside(tx, id);
  if (hold.noticeFrom && hold.noticeFrom > now)
    await enqueue(tx, holdTellJob, {
      payload: { holdId: id },
      subjectId: hold.subjectId,
      now,
      runAt: hold.noticeFrom,
      dedupeKey: `hold.tell:${id}`,
    });
  else await tellPlaced(tx, deps, { hold, now });
  await recordAudit(tx, deps.vault, { ...actOn('hold.approved', hold), actor, requestId, now });
}

/**
 * Ends a proposal that nobody approved, its own maker's too: it never kept anything.
 * @throws {DomainError} NOT_FOUND, HOLD_NOT_OPEN
 */
export async function declineHold(
  tx: Tx,
  { deps, actor, requestId, now }: DeskCall,
  { id }: { id: string },
): Promise<void> {
  const [hold] = await tx
    .update(legalHold)
    .set({ releasedBy: actor.accountId, releasedAt: now })
    .where(isProposed(id, now))
    .returning();
  if (!hold) throw await refusalOf(tx, { id, now, mine: null, accountId: actor.accountId });
  await recordAudit(tx, deps.vault, { ...actOn('hold.declined', hold), actor, requestId, now });
}

function isProposed(id: string, now: Date) {
  return and(eq(legalHold.id, id), isOpenProposal(now));
}

/** Why an act on a hold changed no row. `mine`: the column of whoever may not answer their own act. */
export async function refusalOf(
  tx: Tx,
  {
    id,
    now,
    mine,
    accountId,
  }: {
    id: string;
    now: Date;
    mine: 'placedBy' | 'releaseAskedBy' | null;
    accountId: string;
  },
): Promise<DomainError> {
  const hold: Hold | null = await readHold(tx, id);
  if (!hold) return new DomainError('NOT_FOUND');
  const answers = { placedBy: 'proposed', releaseAskedBy: 'release_asked' } as const;
  const own = mine !== null && hold[mine] === accountId && stateOf(hold, now) === answers[mine];
  return new DomainError(own ? 'FOUR_EYES_NEEDED' : 'HOLD_NOT_OPEN');
}
