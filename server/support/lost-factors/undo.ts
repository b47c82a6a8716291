import { and, eq, gt, gte, isNotNull, isNull, ne, or, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Tx } from '../../../db/connect.ts';
import { account } from '../../../db/schema/account.ts';
import { recoveryCode, totpFactor } from '../../../db/schema/auth.ts';
import { factorRecovery } from '../../../db/schema/factor-recovery.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import { recordAudit } from '../../audit/record.ts';
import { endRenewal } from '../../auth/renewal.ts';
import { endOtherSessions } from '../../auth/sessions.ts';
import type { Deps } from '../../deps.ts';
import { defineJob, type JobDefinition } from '../../jobs/define.ts';
import { queueMail } from '../../mail/queue.ts';
import { addNotice } from '../../overview/notices.ts';
import { holdAccount } from '../cases/taken.ts';
import type { Recovery } from './recovery.ts';

/** Sets the factors aside that a recovery replaces: they work for nobody, and come back if it is undone. */
export async function setFactorsAside(
  tx: Tx,
  { id, subjectId }: Pick<Recovery, 'id' | 'subjectId'>,
  { factorId, now }: { factorId: string; now: Date },
): Promise<void> {
  await tx
    .update(totpFactor)
    .set({ setAsideBy: id, setAsideAt: now, confirmedAt: null })
    .where(
      and(
        eq(totpFactor.subjectId, subjectId),
        isNotNull(totpFactor.confirmedAt),
        ne(totpFactor.id, factorId),
      ),
    );
}

/**
 * Takes a recovery back that was not the person's: the new factor and its recovery codes go, the factors
 * that it set aside work again, and every session ends. The days in which nothing is carried away go on,
 * for whoever did it knows the password and reads the mailbox.
 *
 * @returns false when the seven days are over, or it was undone already
 */
export async function undoRecovery(
  tx: Tx,
  { vault, env }: Pick<Deps, 'vault' | 'env'>,
  { id, subjectId, ticketId }: Recovery,
  { requestId, now }: { requestId: string; now: Date },
): Promise<boolean> {
  // Factors and codes before the account, as whoever signs in with one locks them.
  const own = eq(totpFactor.subjectId, subjectId);
  await tx.select({ locked: totpFactor.id }).from(totpFactor).where(own).for('update');
  await tx.delete(recoveryCode).where(eq(recoveryCode.subjectId, subjectId));
  await holdAccount(tx, subjectId, ['active', 'pending_deletion']);
  const [undone] = await tx
    .update(factorRecovery)
    .set({ endedHow: 'undone' })
    .where(
      and(
        eq(factorRecovery.id, id),
        eq(factorRecovery.endedHow, 'enrolled'),
        gt(factorRecovery.restrictedUntil, now),
      ),
    )
    .returning();
  if (!undone?.endedAt) return false;
  // One that came later built on this one.
  await tx
    .update(factorRecovery)
    .set({ endedHow: 'undone' })
    .where(
      and(
        eq(factorRecovery.subjectId, subjectId),
        eq(factorRecovery.endedHow, 'enrolled'),
        gte(factorRecovery.endedAt, undone.endedAt),
      ),
    );
  const later = gt(totpFactor.setAsideAt, undone.endedAt);
  await tx.delete(totpFactor).where(and(own, or(isNull(totpFactor.setAsideBy), later)));
  await tx
    .update(totpFactor)
    .set({ setAsideBy: null, setAsideAt: null, confirmedAt: now })
    .where(and(own, eq(totpFactor.setAsideBy, id)));
  await tx
    .update(account)
    .set({ sessionEpoch: sql`${account.sessionEpoch} + 1` })
    .where(eq(account.subjectId, subjectId));
  await endOtherSessions(tx, { subjectId, except: null });
  await endRenewal(tx, subjectId);
  const [ticket] = await tx
    .select({ reference: supportTicket.reference })
    .from(supportTicket)
    .where(eq(supportTicket.id, ticketId));
  const reference = ticket?.reference ?? '';
  await recordAudit(tx, vault, {
    action: 'lost_factors.undone',
    actor: { kind: 'system', job: 'lost_factors_link' },
    subjectId,
    purpose: 'platform_security',
    sections: ['security'],
    reference,
    requestId,
    now,
  });
  await addNotice(tx, { subjectId, kind: 'lost_factors_undone', reference, now });
  await queueMail(tx, vault, {
    subjectId,
    template: 'lost_factors_undone',
    params: { reference, link: `${env.PUBLIC_URL}/sign-in/forgot` },
    dedupeKey: `lost_factors_undone:${id}`,
    now,
  });
  return true;
}

const payload = z.strictObject({ recoveryId: z.uuid() });

/** Forgets the factors that a recovery set aside, once it can no longer be undone. */
export const forgetJob: JobDefinition<z.infer<typeof payload>> = defineJob({
  kind: 'lost_factors.forget',
  maxAttempts: 20,
  parse: (value) => payload.parse(value),
  async run({ tx, payload: { recoveryId }, now }) {
    const [recovery] = await tx
      .select({ until: factorRecovery.restrictedUntil })
      .from(factorRecovery)
      .where(eq(factorRecovery.id, recoveryId));
    if (recovery?.until && now < recovery.until) return { runAt: recovery.until };
    await tx
      .delete(totpFactor)
      .where(and(eq(totpFactor.setAsideBy, recoveryId), isNull(totpFactor.confirmedAt)));
    return 'done';
  },
});
