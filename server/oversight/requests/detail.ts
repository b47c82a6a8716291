import { and, asc, desc, eq, like, or, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { auditEvent } from '../../../db/schema/audit.ts';
import { legalHold } from '../../../db/schema/hold.ts';
import { job } from '../../../db/schema/job.ts';
import { farewellMail, outboundMail } from '../../../db/schema/mail.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { recordAudit } from '../../audit/record.ts';
import { DomainError } from '../../errors.ts';
import { isStuck } from '../../jobs/parked.ts';
import { clockOf } from '../../requests/clock.ts';
import { readRequest } from '../../requests/read.ts';
import { maskedCustomers } from '../customers.ts';
import { viewHolds } from '../holds/read.ts';
import type { Act, DeskCall } from '../recording-refusals.ts';
import { isUrgent } from './queue.ts';

/** The most lines of the log that a page shows. */
const MOST_EVENTS = 100;

type Row = typeof dataSubjectRequest.$inferSelect;

/** The request of that reference. @throws {DomainError} NOT_FOUND */
export async function findRequest(tx: Tx, reference: string): Promise<Row> {
  const [row] = await tx
    .select()
    .from(dataSubjectRequest)
    .where(eq(dataSubjectRequest.reference, reference));
  if (!row) throw new DomainError('NOT_FOUND');
  return row;
}

/** What an act on a request is recorded as. */
export function actOnRequest(
  action: Act['action'],
  { subjectId, reference }: Pick<Row, 'subjectId' | 'reference'>,
): Act {
  return { action, subjectId, reference, purpose: 'privacy_rights', sections: ['records'] };
}

/**
 * Everything that says how a request stands: its clock, its work, whom it waits for, what was written
 * about it. Stands in the customer's log before it is read. Values of the person are not in it.
 * @throws {DomainError} NOT_FOUND
 */
export async function examineRequest(
  tx: Tx,
  { deps: { vault }, actor, requestId, now }: DeskCall,
  { reference }: { reference: string },
) {
  const row = await findRequest(tx, reference);
  await recordAudit(tx, vault, {
    ...actOnRequest('request.examined', row),
    actor,
    requestId,
    now,
  });
  const { id, subjectId, receivedAt } = row;
  const customer = (await maskedCustomers(tx, vault, [subjectId])).get(subjectId) ?? null;
  const view = await readRequest(tx, vault, { subjectId, reference, now });
  const holds = await tx
    .select()
    .from(legalHold)
    .where(eq(legalHold.subjectId, subjectId))
    .orderBy(asc(legalHold.endsAt));
  return {
    reference,
    subjectId,
    customer,
    kind: view.kind,
    state: view.state,
    receivedAt,
    dueAt: view.dueAt,
    executesAt: view.executesAt,
    endedAt: view.endedAt,
    daysLeft: view.daysLeft,
    urgent: isUrgent(row, now),
    held: row.endedAt === null && row.failure === 'LEGAL_HOLD',
    clock: customer && clockOf(receivedAt, customer.country),
    sections: view.sections,
    askedFor: view.askedFor,
    field: view.field,
    steps: view.steps,
    holders: view.holders,
    holds: await viewHolds(tx, vault, { rows: holds, me: actor.accountId, now }),
    mails: await mailsOf(tx, id),
    events: await eventsOf(tx, row),
    jobs: await jobsOf(tx, id),
  };
}

/** Letters about the request: which and when; their text is the customer's. */
async function mailsOf(tx: Tx, id: string) {
  const sent = await tx
    .select({
      template: outboundMail.template,
      createdAt: outboundMail.createdAt,
      sentAt: outboundMail.sentAt,
    })
    .from(outboundMail)
    .where(like(outboundMail.dedupeKey, `%:${id}`));
  const last = await tx
    .select({ createdAt: farewellMail.createdAt, sentAt: farewellMail.sentAt })
    .from(farewellMail)
    .where(like(farewellMail.dedupeKey, `%${id}`));
  return [...sent, ...last.map((mail) => ({ template: 'farewell', ...mail }))].sort(
    (one, other) => one.createdAt.getTime() - other.createdAt.getTime(),
  );
}

async function eventsOf(tx: Tx, { subjectId, reference }: Row) {
  return tx
    .select({
      id: auditEvent.id,
      occurredAt: auditEvent.occurredAt,
      actorKind: auditEvent.actorKind,
      actor: auditEvent.actorLabel,
      action: auditEvent.action,
      outcome: auditEvent.outcome,
    })
    .from(auditEvent)
    .where(and(eq(auditEvent.subjectId, subjectId), eq(auditEvent.reference, reference)))
    .orderBy(desc(auditEvent.occurredAt), desc(auditEvent.id))
    .limit(MOST_EVENTS);
}

/** Work of the request that does not go on by itself, or that failed and is tried again. */
async function jobsOf(tx: Tx, id: string) {
  const rows = await tx
    .select()
    .from(job)
    .where(
      and(
        sql`${job.payload}->>'requestId' = ${id}`,
        or(eq(job.state, 'dead'), sql`${job.failures} + ${job.unended} > 0`),
      ),
    )
    .orderBy(asc(job.createdAt));
  return rows
    .filter(({ state }) => state !== 'done')
    .map((row) => ({
      id: row.id,
      kind: row.kind,
      state: row.state === 'dead' ? ('dead' as const) : ('trying' as const),
      failures: row.failures,
      interruptions: row.unended,
      lastError: row.lastError,
      runAt: row.runAt,
      /** Somebody has to let it go on. */
      stuck: isStuck(row),
    }));
}
