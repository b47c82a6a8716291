import { and, eq, gt, isNull, ne } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { factorRecovery, type RecoveryEnd } from '../../../db/schema/factor-recovery.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import type { Actor } from '../../actor.ts';
import { recordAudit } from '../../audit/record.ts';
import { lockAccount } from '../../auth/lock-account.ts';
import { endRenewal } from '../../auth/renewal.ts';
import type { Deps } from '../../deps.ts';
import { DomainError } from '../../errors.ts';
import { queueMail } from '../../mail/queue.ts';
import { addNotice } from '../../overview/notices.ts';

export type Stopped = Extract<RecoveryEnd, `stopped_${string}`>;
type Stop = { subjectId: string; how: Stopped; actor: Actor; requestId: string; now: Date };

/**
 * Ends the recovery that is under way, approved or not, with its links and what they opened; the person is
 * told. It only takes power away, so it asks for nothing more than whoever calls it has.
 *
 * @returns false when there was none, or when the factor that was proved came by a recovery within the last
 *   seven days: it proves nothing against whoever says that it is not theirs
 */
export async function stopRecovery(
  tx: Tx,
  { vault, env }: Pick<Deps, 'vault' | 'env'>,
  { subjectId, how, actor, requestId, now }: Stop,
): Promise<boolean> {
  const open = and(eq(factorRecovery.subjectId, subjectId), isNull(factorRecovery.endedAt));
  if (how === 'stopped_by_factor' && (await isRestricted(tx, subjectId, now))) return false;
  const [found] = await tx
    .select({ reference: supportTicket.reference, ticketId: supportTicket.id })
    .from(factorRecovery)
    .innerJoin(supportTicket, eq(supportTicket.id, factorRecovery.ticketId))
    .where(open);
  if (!found) return false;
  const { reference, ticketId } = found;
  // The account first, then the case, then its recovery, as everybody does who moves one on.
  await lockAccount(tx, subjectId);
  const ticket = eq(supportTicket.id, ticketId);
  await tx.select({ locked: supportTicket.id }).from(supportTicket).where(ticket).for('update');
  const [stopped] = await tx
    .update(factorRecovery)
    .set({ endedAt: now, endedHow: how })
    .where(open)
    .returning({ id: factorRecovery.id });
  if (!stopped) return false;
  await endRenewal(tx, subjectId);
  await tx
    .update(supportTicket)
    .set({ state: 'closed', closedAt: now, decision: 'withdrawn', decidedAt: now })
    .where(and(ticket, ne(supportTicket.state, 'closed')));
  await recordAudit(tx, vault, {
    action: 'lost_factors.stopped',
    actor,
    subjectId,
    purpose: 'platform_security',
    sections: ['security'],
    reference,
    requestId,
    details: { how },
    now,
  });
  await addNotice(tx, { subjectId, kind: 'lost_factors_stopped', reference, now });
  await queueMail(tx, vault, {
    subjectId,
    template: 'lost_factors_stopped',
    params: { reference, how, link: `${env.PUBLIC_URL}/sign-in` },
    dedupeKey: `lost_factors_stopped:${stopped.id}`,
    now,
  });
  return true;
}

/** Whether a recovery gave the account a new factor less than seven days ago. */
async function isRestricted(tx: Tx, subjectId: string, now: Date): Promise<boolean> {
  const own = eq(factorRecovery.subjectId, subjectId);
  return (await tx.$count(factorRecovery, and(own, gt(factorRecovery.restrictedUntil, now)))) > 0;
}

/**
 * Stops it by the link in our letters, also without a sign-in.
 * @throws {DomainError} LINK_NOT_VALID for anything but the link of a recovery that is under way
 */
export async function stopByLink(
  deps: Deps,
  { token }: { token: string },
  { requestId, now }: { requestId: string; now: Date },
): Promise<void> {
  const stopHash = deps.vault.hashToken('recovery_stop', token);
  await deps.connection.db.transaction(async (tx) => {
    const [linked] = await tx
      .select({ subjectId: factorRecovery.subjectId })
      .from(factorRecovery)
      .where(and(eq(factorRecovery.stopHash, stopHash), isNull(factorRecovery.endedAt)));
    const stopped =
      linked &&
      (await stopRecovery(tx, deps, {
        subjectId: linked.subjectId,
        how: 'stopped_by_link',
        actor: { kind: 'system', job: 'lost_factors_link' },
        requestId,
        now,
      }));
    if (!stopped) throw new DomainError('LINK_NOT_VALID');
  });
}
