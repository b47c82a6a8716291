import { and, eq, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { timeZoneOf } from '../../account/time-zone.ts';
import { defineJob, enqueue, type JobDefinition } from '../../jobs/define.ts';
import { momentInWords } from '../../mail/moment-in-words.ts';
import { queueMail } from '../../mail/queue.ts';
import { requestLink } from './letters.ts';
import { postponeJob } from './postpone.ts';
import { runErasure } from './run.ts';
import { stopOf } from './stopped.ts';

const payload = z.object({ requestId: z.uuid() });
type Payload = z.infer<typeof payload>;

/** After the last attempt failed, the work is tried again this much later: an erasure is never dropped. */
const RETRY_MS = 60 * 60_000;
const DAY_MS = 86_400_000;

/** Carries out a confirmed erasure, a bounded piece at a time. */
export const erasureRunJob: JobDefinition<Payload> = defineJob<Payload>({
  kind: 'erasure.run',
  maxAttempts: 8,
  parse: (value) => payload.parse(value),
  run: ({ deps, tx, payload: { requestId }, now }) => runErasure({ deps, tx, requestId, now }),
  async onDead({ deps, tx, payload: { requestId }, now }) {
    deps.log.error({ request: requestId }, 'an erasure needs a person');
    await enqueue(tx, erasureRunJob, {
      payload: { requestId },
      now,
      runAt: new Date(now.getTime() + RETRY_MS),
      dedupeKey: `erasure.run:${requestId}`,
    });
  },
});

/** Reminds of a deletion a day before it starts, unless it was taken back. */
export const erasureReminderJob: JobDefinition<Payload> = defineJob<Payload>({
  kind: 'erasure.remind',
  maxAttempts: 8,
  parse: (value) => payload.parse(value),
  async run({ deps, tx, payload: { requestId }, now }) {
    const [request] = await tx
      .select()
      .from(dataSubjectRequest)
      .where(
        and(
          eq(dataSubjectRequest.id, requestId),
          eq(dataSubjectRequest.state, 'waiting'),
          isNull(dataSubjectRequest.failure),
        ),
      );
    if (!request?.executesAt) return 'done';
    const { subjectId, reference, executesAt } = request;
    const dayBefore = new Date(executesAt.getTime() - DAY_MS);
    // It was moved.
    if (dayBefore > now) return { runAt: dayBefore };
    await queueMail(tx, deps.vault, {
      subjectId,
      template: 'erasure_reminder',
      params: {
        reference,
        executes: momentInWords(executesAt, await timeZoneOf(tx, subjectId)),
        stopped: (await stopOf(tx, request, { to: 'person', now })) !== null,
        link: requestLink(deps.env.PUBLIC_URL, reference),
      },
      dedupeKey: `erasure_reminder:${requestId}`,
      now,
    });
    return 'done';
  },
});

export const erasureJobs = [erasureRunJob, erasureReminderJob, postponeJob];
