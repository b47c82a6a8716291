import { and, eq, gt, isNotNull, isNull, ne } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { heldValue, legalHold } from '../../../db/schema/hold.ts';
import { recordAudit } from '../../audit/record.ts';
import { DomainError } from '../../errors.ts';
import { holdErasures, wakeErasures } from '../../requests/erasure/wake.ts';
import type { DeskCall } from '../recording-refusals.ts';
import { refusalOf } from './answer.ts';
import { actOn, readHold } from './hold.ts';
import { tellReleased } from './tell.ts';

/**
 * Asks for a hold to be released before its end. It goes on keeping its rows until somebody else agrees.
 * @throws {DomainError} NOT_FOUND, HOLD_NOT_OPEN when it does not bind, or a release is asked already
 */
export async function askRelease(
  tx: Tx,
  { deps, actor, requestId, now }: DeskCall,
  { id }: { id: string },
): Promise<void> {
  const [hold] = await tx
    .update(legalHold)
    .set({ releaseAskedBy: actor.accountId, releaseAskedAt: now })
    .where(and(isBinding(id, now), isNull(legalHold.releaseAskedAt)))
    .returning();
  if (!hold) throw await refusalOf(tx, { id, now, mine: null, accountId: actor.accountId });
  await recordAudit(tx, deps.vault, {
    ...actOn('hold.release_asked', hold),
    actor,
    requestId,
    now,
  });
}

/**
 * Releases a hold whose release somebody else asked for. A deletion that waits for it goes on by itself,
 * with the commit of this; what was set aside for the hold alone goes at once.
 * @throws {DomainError} NOT_FOUND, FOUR_EYES_NEEDED for whoever asked, HOLD_NOT_OPEN
 */
export async function approveRelease(
  tx: Tx,
  { deps, actor, requestId, now }: DeskCall,
  { id }: { id: string },
): Promise<void> {
  const asked = await readHold(tx, id);
  if (!asked) throw new DomainError('NOT_FOUND');
  const { subjectId } = asked;
  await holdErasures(tx, subjectId);
  const [hold] = await tx
    .update(legalHold)
    .set({ releasedBy: actor.accountId, releasedAt: now })
    .where(
      and(
        isBinding(id, now),
        isNotNull(legalHold.releaseAskedAt),
        ne(legalHold.releaseAskedBy, actor.accountId),
      ),
    )
    .returning();
  if (!hold)
    throw await refusalOf(tx, { id, now, mine: 'releaseAskedBy', accountId: actor.accountId });
  await tx.delete(heldValue).where(eq(heldValue.holdId, id));
  await tellReleased(tx, deps, { hold, now });
  await recordAudit(tx, deps.vault, { ...actOn('hold.released', hold), actor, requestId, now });
  await wakeErasures(tx, { subjectId, now });
}

/**
 * Lets a hold stand whose release was asked for.
 * @throws {DomainError} NOT_FOUND, HOLD_NOT_OPEN
 */
export async function declineRelease(
  tx: Tx,
  { deps, actor, requestId, now }: DeskCall,
  { id }: { id: string },
): Promise<void> {
  const [hold] = await tx
    .update(legalHold)
    .set({ releaseAskedBy: null, releaseAskedAt: null })
    .where(and(isBinding(id, now), isNotNull(legalHold.releaseAskedAt)))
    .returning();
  if (!hold) throw await refusalOf(tx, { id, now, mine: null, accountId: actor.accountId });
  await recordAudit(tx, deps.vault, {
    ...actOn('hold.release_declined', hold),
    actor,
    requestId,
    now,
  });
}

function isBinding(id: string, now: Date) {
  return and(
    eq(legalHold.id, id),
    isNotNull(legalHold.approvedAt),
    isNull(legalHold.releasedAt),
    gt(legalHold.endsAt, now),
  );
}
