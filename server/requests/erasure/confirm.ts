import { and, desc, eq, gt, isNotNull, isNull, ne } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { planErasure } from '../../../db/data-map/erasure-plan.ts';
import { account } from '../../../db/schema/account.ts';
import { session } from '../../../db/schema/auth.ts';
import { type ConsentTopic, consentEvent } from '../../../db/schema/consent.ts';
import { notice, policyVersion } from '../../../db/schema/policy.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { apiKey } from '../../../db/schema/usage.ts';
import type { Actor } from '../../actor.ts';
import { recordAudit } from '../../audit/record.ts';
import { canonicalJson } from '../../crypto/canonical.ts';
import { newCode, newId, normaliseCode, sameSecret } from '../../crypto/token.ts';
import { normaliseEmail, type Vault } from '../../crypto/vault.ts';
import { DomainError } from '../../errors.ts';
import { enqueue } from '../../jobs/define.ts';
import { momentInWords } from '../../mail/moment-in-words.ts';
import { queueMail } from '../../mail/queue.ts';
import { tellServices } from '../../services/tell.ts';
import { endViews, openViews } from '../../support/end-views.ts';
import { beginRequest, writeBegun } from '../behalf/begin.ts';
import { latestStart } from './grace.ts';
import { erasureReminderJob, erasureRunJob } from './jobs.ts';
import { requestLink } from './letters.ts';
import { planHash } from './plan-hash.ts';
import { stopOf } from './stopped.ts';

const DAY_MS = 86_400_000;
const CODE_GROUPS = 6;
const WINDOW_DAYS = 30;
const PER_WINDOW = 5;
const marketing: ReadonlySet<ConsentTopic> = new Set([
  'product_news',
  'events',
  'surveys',
  'research',
] as const);

export type Confirmation = {
  reference: string;
  executesAt: string;
  dueAt: string;
  /** 24 characters, shown now and never again: only its hash is stored. */
  receiptCode: string;
};

/**
 * Takes the confirmation of a deletion. The plan is computed again here, and has to be the one that was
 * confirmed. From now on the account is read-only, marketing is off, API keys do not work and nobody
 * else is signed in; the deletion itself waits for the end of the grace period. Where support asked for
 * it, this is the customer's yes to that request, whose clock goes on.
 *
 * @throws {DomainError} EMAIL_DOES_NOT_MATCH, PLAN_CHANGED, REQUEST_ALREADY_OPEN; REQUEST_LIMIT_REACHED for
 *   the sixth within 30 days, with the seconds until the next; as `beginRequest`
 */
export async function confirmErasure(
  tx: Tx,
  vault: Vault,
  {
    subjectId,
    actor,
    input,
    now,
    requestId,
    publicUrl,
  }: {
    subjectId: string;
    actor: Actor & { kind: 'subject' };
    publicUrl: string;
    input: {
      planHash: string;
      email: string;
      graceDays: number;
      confirms?: string | undefined;
    };
    now: Date;
    requestId: string;
  },
): Promise<Confirmation> {
  const [person] = await tx
    .select()
    .from(account)
    .where(eq(account.subjectId, subjectId))
    .for('update');
  if (!person) throw new DomainError('NOT_FOUND');
  if (person.status !== 'active') throw new DomainError('REQUEST_ALREADY_OPEN');
  const key = await vault.subjectKey(tx, subjectId);
  const email = normaliseEmail(vault.unseal(key, 'account.email', person.email));
  if (!sameSecret(email, normaliseEmail(input.email)))
    throw new DomainError('EMAIL_DOES_NOT_MATCH');
  const { plan } = await planErasure(tx, { subjectId, country: person.country, now });
  const hash = planHash(plan);
  if (hash !== input.planHash) throw new DomainError('PLAN_CHANGED');

  await assertAllowance(tx, { subjectId, now });
  const { country } = person;
  const { confirms } = input;
  const begun = await beginRequest(tx, { subjectId, kind: 'erasure', country, confirms, now });
  const { id, reference, dueAt: due } = begun;
  const executesAt = new Date(
    Math.min(now.getTime() + input.graceDays * DAY_MS, latestStart(due).getTime()),
  );
  const receiptCode = newCode(CODE_GROUPS);
  await writeBegun(
    tx,
    vault,
    begun,
    {
      state: 'waiting',
      executesAt,
      sections: [],
      plan: canonicalJson(plan),
      planHash: hash,
      receiptCodeHash: vault.hashToken('receipt_code', normaliseCode(receiptCode)),
    },
    { actor, requestId, now },
  );

  await tx
    .update(account)
    .set({ status: 'pending_deletion' })
    .where(eq(account.subjectId, subjectId));
  await endViews(tx, vault, openViews.ofSubject(subjectId), {
    by: 'account_deleted',
    actor,
    publicUrl,
    requestId,
    now,
  });
  await lowerMarketing(tx, { subjectId, actor, now });
  await tellServices(tx, { subjectId, kind: 'deletion.begun', now });
  await tx
    .update(apiKey)
    .set({ revokedAt: now })
    .where(and(eq(apiKey.subjectId, subjectId), isNull(apiKey.revokedAt)));
  await tx
    .delete(session)
    .where(and(eq(session.subjectId, subjectId), ne(session.handle, actor.sessionHandle)));
  await tx
    .insert(notice)
    .values({ id: newId(now), subjectId, kind: 'erasure_scheduled', reference, createdAt: now });
  const asked = { kind: 'erasure', state: 'waiting', subjectId, receivedAt: now } as const;
  await queueMail(tx, vault, {
    subjectId,
    template: 'erasure_scheduled',
    params: {
      reference,
      executes: momentInWords(executesAt, person.timeZone),
      stopped: (await stopOf(tx, asked, { to: 'person', now })) !== null,
      link: requestLink(publicUrl, reference),
    },
    dedupeKey: `erasure_scheduled:${id}`,
    now,
  });
  const reminderAt = new Date(executesAt.getTime() - DAY_MS);
  if (reminderAt > now) {
    await enqueue(tx, erasureReminderJob, {
      payload: { requestId: id },
      subjectId,
      now,
      runAt: reminderAt,
      dedupeKey: `erasure.remind:${id}`,
    });
  }
  await enqueue(tx, erasureRunJob, {
    payload: { requestId: id },
    subjectId,
    now,
    runAt: executesAt,
    dedupeKey: `erasure.run:${id}`,
  });
  await recordAudit(tx, vault, {
    action: 'request.erasure_asked',
    actor,
    subjectId,
    purpose: 'privacy_rights',
    reference,
    requestId,
    details: { planHash: hash, graceDays: input.graceDays },
    now,
  });
  return { reference, executesAt: executesAt.toISOString(), dueAt: due.toISOString(), receiptCode };
}

/**
 * Each deletion that is asked for and taken back ends sessions, revokes keys and asks other systems: not at
 * anybody's pleasure. What support asked for and nobody confirmed is none of the person's.
 */
async function assertAllowance(
  tx: Tx,
  { subjectId, now }: { subjectId: string; now: Date },
): Promise<void> {
  const [oldest] = await tx
    .select({ at: dataSubjectRequest.receivedAt })
    .from(dataSubjectRequest)
    .where(
      and(
        eq(dataSubjectRequest.subjectId, subjectId),
        eq(dataSubjectRequest.kind, 'erasure'),
        isNotNull(dataSubjectRequest.planHash),
        gt(dataSubjectRequest.receivedAt, new Date(now.getTime() - WINDOW_DAYS * DAY_MS)),
      ),
    )
    .orderBy(desc(dataSubjectRequest.receivedAt))
    .limit(1)
    .offset(PER_WINDOW - 1);
  if (!oldest) return;
  const free = oldest.at.getTime() + WINDOW_DAYS * DAY_MS - now.getTime();
  throw new DomainError('REQUEST_LIMIT_REACHED', { retryAfterSeconds: Math.ceil(free / 1_000) });
}

/** Writes a no behind every yes to optional mail; what was said before stays in the record. */
async function lowerMarketing(
  tx: Tx,
  { subjectId, actor, now }: { subjectId: string; actor: Actor & { kind: 'subject' }; now: Date },
): Promise<void> {
  const current = await tx
    .selectDistinctOn([consentEvent.topic, consentEvent.channel])
    .from(consentEvent)
    .where(eq(consentEvent.subjectId, subjectId))
    .orderBy(consentEvent.topic, consentEvent.channel, desc(consentEvent.sequence));
  const raised = current.filter(({ topic, granted }) => granted && marketing.has(topic));
  if (raised.length === 0) return;
  const [policy] = await tx
    .select()
    .from(policyVersion)
    .orderBy(desc(policyVersion.effectiveAt))
    .limit(1);
  await tx.insert(consentEvent).values(
    raised.map(({ topic, channel, policyVersion: seen }) => ({
      id: newId(now),
      subjectId,
      topic,
      channel,
      granted: false,
      actorKind: 'subject' as const,
      sessionHandle: actor.sessionHandle,
      source: 'account_deletion' as const,
      policyVersion: policy?.version ?? seen,
      occurredAt: now,
    })),
  );
  await tellServices(tx, {
    subjectId,
    kind: 'consent.changed',
    codes: raised.map(({ topic, channel }) => `${topic}/${channel}`),
    now,
  });
}
