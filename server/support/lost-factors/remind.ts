import { and, eq, isNull } from 'drizzle-orm';
import { z } from 'zod';
import type { Tx } from '../../../db/connect.ts';
import { account } from '../../../db/schema/account.ts';
import { factorRecovery } from '../../../db/schema/factor-recovery.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import { recordAudit } from '../../audit/record.ts';
import { endRenewal } from '../../auth/renewal.ts';
import { newId } from '../../crypto/token.ts';
import { defineJob, type JobDefinition } from '../../jobs/define.ts';
import { momentInWords } from '../../mail/moment-in-words.ts';
import { queueMail } from '../../mail/queue.ts';
import { addNotice } from '../../overview/notices.ts';
import { LINK_MS, type Recovery, stopLink, waitsUntil } from './recovery.ts';

const HOUR_MS = 3_600_000;
export const FIRST_REMINDER_MS = 24 * HOUR_MS;
const SECOND_REMINDER_MS = 48 * HOUR_MS;
/** A link that was pressed at the last moment leads to a session of a quarter of an hour. */
const GRACE_MS = HOUR_MS / 4;

const payload = z.strictObject({ recoveryId: z.uuid() });
type Payload = z.infer<typeof payload>;

/** Says again, after a day and after two, that a recovery is under way and how it is stopped. */
export const remindJob: JobDefinition<Payload> = defineJob<Payload>({
  kind: 'lost_factors.remind',
  maxAttempts: 20,
  parse: (value) => payload.parse(value),
  async run({ deps: { vault, env }, tx, payload: { recoveryId }, now }) {
    const found = await underWay(tx, recoveryId);
    if (!found) return 'done';
    const { recovery, reference, timeZone } = found;
    const { id, subjectId, openedAt } = recovery;
    const second = new Date(openedAt.getTime() + SECOND_REMINDER_MS);
    const hours = now < second ? 24 : 48;
    await addNotice(tx, { subjectId, kind: 'lost_factors_waiting', reference, now });
    await queueMail(tx, vault, {
      subjectId,
      template: 'lost_factors_waiting',
      params: {
        reference,
        from: momentInWords(waitsUntil(recovery), timeZone),
        link: stopLink(vault, env.PUBLIC_URL, id),
      },
      dedupeKey: `lost_factors_waiting:${id}:${hours}`,
      now,
    });
    return hours === 24 ? { runAt: second } : 'done';
  },
});

/** Ends an approved recovery whose link nobody used: what two people allowed does not stay allowed. */
export const lapseJob: JobDefinition<Payload> = defineJob<Payload>({
  kind: 'lost_factors.lapse',
  maxAttempts: 20,
  parse: (value) => payload.parse(value),
  async run({ deps: { vault }, tx, payload: { recoveryId }, now }) {
    const found = await underWay(tx, recoveryId);
    if (!found?.recovery.approvedAt) return 'done';
    const over = lapsesAt(found.recovery.approvedAt);
    if (now < over) return { runAt: over };
    const { reference, recovery } = found;
    const { id, subjectId } = recovery;
    const [ended] = await tx
      .update(factorRecovery)
      .set({ endedAt: now, endedHow: 'lapsed' })
      .where(and(eq(factorRecovery.id, id), isNull(factorRecovery.endedAt)))
      .returning({ id: factorRecovery.id });
    if (!ended) return 'done';
    await endRenewal(tx, subjectId);
    await recordAudit(tx, vault, {
      action: 'lost_factors.lapsed',
      actor: { kind: 'system', job: 'lost_factors.lapse' },
      subjectId,
      purpose: 'platform_security',
      sections: ['security'],
      reference,
      requestId: newId(now),
      now,
    });
    await queueMail(tx, vault, {
      subjectId,
      template: 'lost_factors_lapsed',
      params: { reference },
      dedupeKey: `lost_factors_lapsed:${id}`,
      now,
    });
    return 'done';
  },
});

/** When an approval that nobody used is over. */
export function lapsesAt(approvedAt: Date): Date {
  return new Date(approvedAt.getTime() + LINK_MS + GRACE_MS);
}

async function underWay(
  tx: Tx,
  recoveryId: string,
): Promise<{ recovery: Recovery; reference: string; timeZone: string } | null> {
  const [row] = await tx
    .select({
      recovery: factorRecovery,
      reference: supportTicket.reference,
      timeZone: account.timeZone,
    })
    .from(factorRecovery)
    .innerJoin(supportTicket, eq(supportTicket.id, factorRecovery.ticketId))
    .innerJoin(account, eq(account.subjectId, factorRecovery.subjectId))
    .where(and(eq(factorRecovery.id, recoveryId), isNull(factorRecovery.endedAt)));
  return row ?? null;
}

export const lostFactorsJobs = [remindJob, lapseJob];
