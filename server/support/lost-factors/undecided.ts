import { and, eq, isNull, ne } from 'drizzle-orm';
import { z } from 'zod';
import { account } from '../../../db/schema/account.ts';
import { factorRecovery } from '../../../db/schema/factor-recovery.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import { recordAudit } from '../../audit/record.ts';
import { lockAccount } from '../../auth/lock-account.ts';
import { endRenewal } from '../../auth/renewal.ts';
import { newId } from '../../crypto/token.ts';
import { defineJob, type JobDefinition } from '../../jobs/define.ts';
import { queueMail } from '../../mail/queue.ts';
import { addNotice } from '../../overview/notices.ts';

/** So long a case may wait for two people; what nobody decides does not stay open to be decided one day. */
export const UNDECIDED_MS = 14 * 86_400_000;
const REASON = 'Nobody decided this within fourteen days, so it has ended. Nothing was changed.';

const payload = z.strictObject({ recoveryId: z.uuid() });
type Payload = z.infer<typeof payload>;

/** Ends a recovery that two people did not approve in time, also one that one of them has proposed. */
export const undecidedJob: JobDefinition<Payload> = defineJob<Payload>({
  kind: 'lost_factors.undecided',
  maxAttempts: 20,
  parse: (value) => payload.parse(value),
  async run({ deps: { vault, env }, tx, payload: { recoveryId }, now }) {
    const waits = and(
      eq(factorRecovery.id, recoveryId),
      isNull(factorRecovery.endedAt),
      isNull(factorRecovery.approvedAt),
    );
    const [found] = await tx
      .select({
        subjectId: factorRecovery.subjectId,
        openedAt: factorRecovery.openedAt,
        ticketId: supportTicket.id,
        reference: supportTicket.reference,
      })
      .from(factorRecovery)
      .innerJoin(supportTicket, eq(supportTicket.id, factorRecovery.ticketId))
      .innerJoin(account, eq(account.subjectId, factorRecovery.subjectId))
      .where(waits);
    if (!found) return 'done';
    const { subjectId, openedAt, ticketId, reference } = found;
    const over = new Date(openedAt.getTime() + UNDECIDED_MS);
    if (now < over) return { runAt: over };
    // The account, the case, its recovery: as everybody locks who moves one on.
    await lockAccount(tx, subjectId);
    const ticket = eq(supportTicket.id, ticketId);
    await tx.select({ locked: supportTicket.id }).from(supportTicket).where(ticket).for('update');
    const [ended] = await tx
      .update(factorRecovery)
      .set({ endedAt: now, endedHow: 'undecided' })
      .where(waits)
      .returning({ id: factorRecovery.id });
    if (!ended) return 'done';
    await endRenewal(tx, subjectId);
    const key = await vault.subjectKey(tx, subjectId);
    await tx
      .update(supportTicket)
      .set({
        state: 'closed',
        closedAt: now,
        decision: 'refused',
        decisionReason: vault.seal(key, 'support_ticket.decision_reason', REASON),
        decidedBy: 'The portal',
        decidedAt: now,
      })
      .where(and(ticket, ne(supportTicket.state, 'closed')));
    await recordAudit(tx, vault, {
      action: 'lost_factors.lapsed',
      actor: { kind: 'system', job: 'lost_factors.undecided' },
      subjectId,
      purpose: 'platform_security',
      sections: ['security'],
      reference,
      requestId: newId(now),
      details: { how: 'undecided' },
      now,
    });
    await addNotice(tx, { subjectId, kind: 'lost_factors_undecided', reference, now });
    await queueMail(tx, vault, {
      subjectId,
      template: 'lost_factors_undecided',
      params: { reference, link: `${env.PUBLIC_URL}/sign-in` },
      dedupeKey: `lost_factors_undecided:${recoveryId}`,
      now,
    });
    return 'done';
  },
});
