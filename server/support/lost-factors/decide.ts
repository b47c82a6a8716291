import { and, eq, isNull, lte, ne } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { factorRecovery } from '../../../db/schema/factor-recovery.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import { timeZoneOf } from '../../account/time-zone.ts';
import { issueMailToken } from '../../auth/mail-token.ts';
import { endRenewal } from '../../auth/renewal.ts';
import type { Vault } from '../../crypto/vault.ts';
import { DomainError } from '../../errors.ts';
import { enqueue } from '../../jobs/define.ts';
import { momentInWords } from '../../mail/moment-in-words.ts';
import { queueMail } from '../../mail/queue.ts';
import { addNotice } from '../../overview/notices.ts';
import { type DeskCall, holdAccount, record, takenCase, type Which } from '../cases/taken.ts';
import { caseOf } from '../cases/thread.ts';
import { LINK_MS, type Recovery, recoveryOf, stopLink, WAIT_MS, waitsUntil } from './recovery.ts';
import { lapseJob, lapsesAt } from './remind.ts';

/**
 * The first of two: says, with a reason, that the person may have a new factor. Nothing happens by it alone.
 * @throws {DomainError} as `takenCase`; NOT_FOUND for a case of another kind, RECOVERY_WAITS before 72 hours
 *   have passed, RECOVERY_NOT_OPEN when it was proposed already
 */
export async function proposeRecovery(
  tx: Tx,
  vault: Vault,
  call: DeskCall,
  which: Which,
  { reason }: { reason: string },
): Promise<void> {
  const { actor, now } = call;
  const row = await takenCase(tx, vault, call, which);
  const recovery = await recoveryOf(tx, row);
  if (!recovery) throw new DomainError('NOT_FOUND');
  const left = waitsUntil(recovery).getTime() - now.getTime();
  if (left > 0) {
    const retryAfterSeconds = Math.ceil(left / 1_000);
    throw new DomainError('RECOVERY_WAITS', { retryAfterSeconds });
  }
  const key = await vault.subjectKey(tx, which.subjectId);
  const [proposed] = await tx
    .update(factorRecovery)
    .set({
      proposedBy: actor.accountId,
      proposedLabel: actor.label,
      proposedAt: now,
      proposalReason: vault.seal(key, 'factor_recovery.proposal_reason', reason),
    })
    .where(
      and(
        isOpen(recovery),
        isNull(factorRecovery.proposedAt),
        lte(factorRecovery.openedAt, new Date(now.getTime() - WAIT_MS)),
      ),
    )
    .returning({ id: factorRecovery.id });
  if (!proposed) throw new DomainError('RECOVERY_NOT_OPEN');
  await record(tx, vault, call, { ...which, action: 'lost_factors.proposed' });
}

/**
 * The second: agrees with what a colleague proposed. The person is mailed a link that, with the password,
 * adds a new factor and does nothing else. Of two who agree at once one does.
 * @throws {DomainError} NOT_FOUND, FOUR_EYES_NEEDED for whoever proposed it, RECOVERY_NOT_OPEN when nothing is
 *   proposed, whoever proposed it was disabled since, or it was approved or ended
 */
export async function approveRecovery(
  tx: Tx,
  vault: Vault,
  call: DeskCall,
  which: Which,
): Promise<void> {
  const { actor, now } = call;
  const { recovery, ticketId } = await lockedRecovery(tx, which);
  if (recovery.proposedBy && which.left.has(recovery.proposedBy))
    throw new DomainError('RECOVERY_NOT_OPEN');
  const [approved] = await tx
    .update(factorRecovery)
    .set({ approvedBy: actor.accountId, approvedLabel: actor.label, approvedAt: now })
    .where(
      and(
        isOpen(recovery),
        isNull(factorRecovery.approvedAt),
        // Nor does it find one that nobody proposed.
        ne(factorRecovery.proposedBy, actor.accountId),
      ),
    )
    .returning();
  if (!approved) {
    const own = recovery.proposedBy === actor.accountId && recovery.approvedAt === null;
    throw new DomainError(own && !recovery.endedAt ? 'FOUR_EYES_NEEDED' : 'RECOVERY_NOT_OPEN');
  }
  const key = await vault.subjectKey(tx, which.subjectId);
  const { proposalReason, proposedLabel } = approved;
  const reason = proposalReason
    ? vault.unseal(key, 'factor_recovery.proposal_reason', proposalReason)
    : '';
  await tx
    .update(supportTicket)
    .set({
      state: 'closed',
      closedAt: now,
      decision: 'granted',
      decisionReason: vault.seal(key, 'support_ticket.decision_reason', reason),
      decidedBy: `${proposedLabel}, ${actor.label}`,
      decidedAt: now,
    })
    .where(eq(supportTicket.id, ticketId));
  await record(tx, vault, call, { ...which, action: 'lost_factors.approved' });
  await mailLink(tx, vault, call, which, approved);
}

async function mailLink(
  tx: Tx,
  vault: Vault,
  { publicUrl, now }: DeskCall,
  { subjectId, reference }: Which,
  { id }: Recovery,
): Promise<void> {
  const purpose = 'factor_recovery';
  const { token } = await issueMailToken(tx, { vault, subjectId, purpose, now });
  await addNotice(tx, { subjectId, kind: 'lost_factors_approved', reference, now });
  await queueMail(tx, vault, {
    subjectId,
    template: 'lost_factors_approved',
    params: {
      reference,
      link: `${publicUrl}/sign-in/lost/renew#${token}`,
      until: momentInWords(new Date(now.getTime() + LINK_MS), await timeZoneOf(tx, subjectId)),
      stop: stopLink(vault, publicUrl, id),
    },
    dedupeKey: `lost_factors_approved:${id}`,
    now,
  });
  await enqueue(tx, lapseJob, {
    payload: { recoveryId: id },
    subjectId,
    runAt: lapsesAt(now),
    dedupeKey: `lost_factors.lapse:${id}`,
    now,
  });
}

/**
 * Refuses it, before or after the waiting time, and also while an approved link was not used. The letter
 * holds the reason: its reader cannot sign in to read the case.
 * @throws {DomainError} NOT_FOUND, RECOVERY_NOT_OPEN when it has ended
 */
export async function refuseRecovery(
  tx: Tx,
  vault: Vault,
  call: DeskCall,
  which: Which,
  { reason }: { reason: string },
): Promise<void> {
  const { actor, now } = call;
  const { subjectId, reference } = which;
  const { recovery, ticketId } = await lockedRecovery(tx, which);
  const [refused] = await tx
    .update(factorRecovery)
    .set({ endedAt: now, endedHow: 'refused' })
    .where(isOpen(recovery))
    .returning({ id: factorRecovery.id });
  if (!refused) throw new DomainError('RECOVERY_NOT_OPEN');
  await endRenewal(tx, subjectId);
  const key = await vault.subjectKey(tx, subjectId);
  await tx
    .update(supportTicket)
    .set({
      state: 'closed',
      closedAt: now,
      decision: 'refused',
      decisionReason: vault.seal(key, 'support_ticket.decision_reason', reason),
      decidedBy: actor.label,
      decidedAt: now,
    })
    .where(eq(supportTicket.id, ticketId));
  await record(tx, vault, call, { ...which, action: 'lost_factors.refused' });
  await addNotice(tx, { subjectId, kind: 'case_decided', reference, now });
  await queueMail(tx, vault, {
    subjectId,
    template: 'lost_factors_refused',
    params: { reference, reason },
    dedupeKey: `lost_factors_refused:${recovery.id}`,
    now,
  });
}

function isOpen({ id }: Recovery) {
  return and(eq(factorRecovery.id, id), isNull(factorRecovery.endedAt));
}

/** The account, then the case, then its recovery: everybody who decides locks in this order. */
async function lockedRecovery(tx: Tx, which: Which) {
  await holdAccount(tx, which.subjectId, ['active', 'pending_deletion']);
  const { id: ticketId, subjectId } = await caseOf(tx, which, 'locked');
  const recovery = await recoveryOf(tx, { id: ticketId, subjectId });
  if (!recovery) throw new DomainError('NOT_FOUND');
  return { recovery, ticketId };
}
