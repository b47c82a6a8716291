import { and, eq, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Tx } from '../../../db/connect.ts';
import { factorRecovery } from '../../../db/schema/factor-recovery.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { timeZoneOf } from '../../account/time-zone.ts';
import { recordAudit } from '../../audit/record.ts';
import { newId } from '../../crypto/token.ts';
import type { Deps } from '../../deps.ts';
import { defineJob, type JobDefinition } from '../../jobs/define.ts';
import { momentInWords } from '../../mail/moment-in-words.ts';
import { queueMail } from '../../mail/queue.ts';
import { addNotice } from '../../overview/notices.ts';
import { latestStart } from './grace.ts';
import { requestLink } from './letters.ts';

type Request = typeof dataSubjectRequest.$inferSelect;

/**
 * Moves a deletion that waits behind the seven days in which a new factor that came by a recovery can carry
 * nothing away: whoever lost the account to somebody else has these days to say so. The 30 days that are
 * promised end first where they do: then it moves as far as they let it, and its person is told why.
 *
 * @returns when it begins now, or null where nothing had to move. Call it with the request's row locked
 */
export async function postponeErasure(
  tx: Tx,
  { vault, env }: Pick<Deps, 'vault' | 'env'>,
  { id, subjectId, reference, executesAt, dueAt }: Request,
  now: Date,
): Promise<Date | null> {
  const closed = await restrictedUntil(tx, subjectId);
  if (!executesAt || !closed || closed <= now || executesAt >= closed) return null;
  const last = latestStart(dueAt);
  const begins = new Date(Math.min(closed.getTime(), last.getTime()));
  if (begins <= executesAt) return null;
  await tx
    .update(dataSubjectRequest)
    .set({ executesAt: begins })
    .where(eq(dataSubjectRequest.id, id));
  const params = {
    reference,
    executes: momentInWords(begins, await timeZoneOf(tx, subjectId)),
    capped: begins < closed,
    link: requestLink(env.PUBLIC_URL, reference),
  };
  const dedupeKey = `erasure_postponed:${id}:${begins.toISOString()}`;
  await queueMail(tx, vault, {
    subjectId,
    template: 'erasure_postponed',
    params,
    dedupeKey,
    now,
  });
  await addNotice(tx, { subjectId, kind: 'erasure_postponed', reference, now });
  await recordAudit(tx, vault, {
    action: 'request.erasure_postponed',
    actor: { kind: 'system', job: 'erasure.postpone' },
    subjectId,
    purpose: 'platform_security',
    reference,
    requestId: newId(now),
    details: { until: begins.toISOString(), capped: params.capped },
    now,
  });
  return begins;
}

async function restrictedUntil(tx: Tx, subjectId: string): Promise<Date | null> {
  const [row] = await tx
    .select({
      until: sql<Date | null>`max(${factorRecovery.restrictedUntil})`.mapWith(
        factorRecovery.restrictedUntil,
      ),
    })
    .from(factorRecovery)
    .where(eq(factorRecovery.subjectId, subjectId));
  return row?.until ?? null;
}

const payload = z.strictObject({ subjectId: z.uuid() });
type Payload = z.infer<typeof payload>;

/** Moves the date as soon as there is a new factor, so that every page shows it: behind the act that added it,
 * for whoever starts a deletion locks the request before the account. The start asks again by itself. */
export const postponeJob: JobDefinition<Payload> = defineJob<Payload>({
  kind: 'erasure.postpone',
  maxAttempts: 20,
  parse: (value) => payload.parse(value),
  async run({ deps, tx, payload: { subjectId }, now }) {
    const [waiting] = await tx
      .select()
      .from(dataSubjectRequest)
      .where(
        and(
          eq(dataSubjectRequest.subjectId, subjectId),
          eq(dataSubjectRequest.kind, 'erasure'),
          eq(dataSubjectRequest.state, 'waiting'),
          isNull(dataSubjectRequest.failure),
        ),
      )
      .for('update');
    if (waiting) await postponeErasure(tx, deps, waiting, now);
    return 'done';
  },
});
