import { and, eq, lte, ne } from 'drizzle-orm';
import { z } from 'zod';
import type { Tx } from '../../../db/connect.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import { timeZoneOf } from '../../account/time-zone.ts';
import { recordAudit } from '../../audit/record.ts';
import { newId } from '../../crypto/token.ts';
import type { Deps } from '../../deps.ts';
import { defineJob, enqueue, type JobDefinition } from '../../jobs/define.ts';
import { momentInWords } from '../../mail/moment-in-words.ts';
import { queueMail } from '../../mail/queue.ts';
import { addNotice } from '../../overview/notices.ts';
import { caseLink } from '../../support/cases/letters.ts';
import { requestLink } from '../erasure/letters.ts';
import { notify } from '../steps.ts';
import { askedForOf } from './shown.ts';

/** How long a request waits for its customer's answer, well inside the month that law gives us. */
export const CONFIRM_MS = 14 * 86_400_000;
/** After so long without an answer they are reminded, once. */
export const REMIND_MS = CONFIRM_MS / 2;
/** After the last attempt failed, it is tried again this much later: none waits for ever. */
const RETRY_MS = 60 * 60_000;

const payload = z.object({ requestId: z.uuid() });
type Payload = z.infer<typeof payload>;
type Row = typeof dataSubjectRequest.$inferSelect;
type Work = { deps: Pick<Deps, 'vault' | 'env'>; tx: Tx; now: Date };

/** Reminds of a request that waits for its customer's answer, and ends it when the time for it is over. */
export const confirmationJob: JobDefinition<Payload> = defineJob<Payload>({
  kind: 'request.confirmation',
  maxAttempts: 8,
  parse: (value) => payload.parse(value),
  async run({ deps, tx, payload: { requestId }, now }) {
    const [request] = await tx
      .select()
      .from(dataSubjectRequest)
      .where(
        and(eq(dataSubjectRequest.id, requestId), eq(dataSubjectRequest.state, 'unconfirmed')),
      );
    if (!request?.confirmBy) return 'done';
    if (request.confirmBy > now) {
      await remind({ deps, tx, now }, request);
      return { runAt: request.confirmBy };
    }
    await lapse({ deps, tx, now }, request);
    return 'done';
  },
  async onDead({ deps, tx, payload: { requestId }, now }) {
    deps.log.error({ request: requestId }, 'a request without an answer could not be ended');
    await enqueue(tx, confirmationJob, {
      payload: { requestId },
      now,
      runAt: new Date(now.getTime() + RETRY_MS),
      dedupeKey: `request.confirmation:${requestId}`,
    });
  },
});

export const behalfJobs = [confirmationJob];

async function remind({ deps: { vault, env }, tx, now }: Work, request: Row): Promise<void> {
  const { id, subjectId, kind, reference } = request;
  const askedFor = askedForOf(request);
  if (!askedFor) return;
  await queueMail(tx, vault, {
    subjectId,
    template: 'asked_for_reminder',
    params: {
      kind,
      who: askedFor.who,
      reference,
      until: momentInWords(askedFor.until, await timeZoneOf(tx, subjectId)),
      link: answerLink(env.PUBLIC_URL, request),
    },
    dedupeKey: `asked_for_reminder:${id}`,
    now,
  });
}

/** Ends it as if it had not been asked for. Competes with the customer's answer: one of the two wins. */
async function lapse({ deps: { vault, env }, tx, now }: Work, request: Row): Promise<void> {
  const { id, subjectId, kind, reference } = request;
  // The case, then its request: everybody who answers or decides locks in this order.
  const theCase = await caseOfCorrection(tx, request);
  const [lapsed] = await tx
    .update(dataSubjectRequest)
    .set({ state: 'cancelled', endedAt: now, answer: 'lapsed', answeredAt: now })
    .where(
      and(
        eq(dataSubjectRequest.id, id),
        eq(dataSubjectRequest.state, 'unconfirmed'),
        lte(dataSubjectRequest.confirmBy, now),
      ),
    )
    .returning({ id: dataSubjectRequest.id });
  if (!lapsed) return;
  if (theCase)
    await tx
      .update(supportTicket)
      .set({ state: 'closed', closedAt: now })
      .where(and(eq(supportTicket.id, theCase.id), ne(supportTicket.state, 'closed')));
  await recordAudit(tx, vault, {
    action: 'request.lapsed',
    actor: { kind: 'system', job: 'request.confirmation' },
    subjectId,
    purpose: 'privacy_rights',
    sections: ['records'],
    reference,
    requestId: newId(now),
    now,
  });
  await addNotice(tx, { subjectId, kind: 'asked_for_lapsed', reference, now });
  await queueMail(tx, vault, {
    subjectId,
    template: 'asked_for_lapsed',
    params: { kind, reference, link: answerLink(env.PUBLIC_URL, request) },
    dedupeKey: `asked_for_lapsed:${id}`,
    now,
  });
  await notify(tx, id);
}

/** The case that a correction is answered in, locked; null for what has a page of its own. */
async function caseOfCorrection(tx: Tx, { kind, subjectId, askedTicket }: Row) {
  if (kind !== 'rectification' || askedTicket === null) return null;
  const [row] = await tx
    .select({ id: supportTicket.id })
    .from(supportTicket)
    .where(and(eq(supportTicket.reference, askedTicket), eq(supportTicket.subjectId, subjectId)))
    .for('update');
  return row ?? null;
}

/** Where the customer gives the answer: of a correction in its case. */
function answerLink(publicUrl: string, { kind, reference, askedTicket }: Row): string {
  return kind === 'rectification' && askedTicket !== null
    ? caseLink(publicUrl, askedTicket)
    : requestLink(publicUrl, reference);
}
