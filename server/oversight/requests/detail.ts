import { and, asc, eq, like, or, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { legalHold } from '../../../db/schema/hold.ts';
import { job } from '../../../db/schema/job.ts';
import { farewellMail, outboundMail } from '../../../db/schema/mail.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { recordAudit } from '../../audit/record.ts';
import { DomainError } from '../../errors.ts';
import { isStuck } from '../../jobs/parked.ts';
import { clockOf } from '../../requests/clock.ts';
import { erasureSteps, holderOfStep } from '../../requests/erasure/steps.ts';
import { stopOf } from '../../requests/erasure/stopped.ts';
import { readRequest } from '../../requests/read.ts';
import { allHolders } from '../../services/tasks/holders.ts';
import { maskedCustomers } from '../customers.ts';
import { viewHolds } from '../holds/read.ts';
import type { Act, DeskCall } from '../recording-refusals.ts';
import { eventsOf } from './events.ts';
import { isUrgent } from './queue.ts';
import { aboutStep } from './step-about.ts';

type Row = typeof dataSubjectRequest.$inferSelect;
type RequestView = Awaited<ReturnType<typeof readRequest>>;

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
    stopped: await stopOf(tx, row, { to: 'officer', now }),
    clock: customer && clockOf(receivedAt, customer.country),
    sections: view.sections,
    askedFor: view.askedFor,
    field: view.field,
    /** Who of staff decided a correction, as customers read it. */
    decidedBy: view.decidedBy,
    /** SHA-256 of the plan that the customer confirmed, for a deletion. */
    planHash: view.planHash,
    steps: await stepsOf(tx, view),
    holders: view.holders,
    holds: await viewHolds(tx, vault, { rows: holds, me: actor.accountId, now }),
    mails: await mailsOf(tx, id),
    events: await eventsOf(tx, vault, row),
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

/**
 * The work in its order. Of a deletion that has not begun, the work there will be: its list is written
 * with its start.
 */
async function stepsOf(tx: Tx, { kind, state, steps, holders }: RequestView) {
  const names = new Map((await allHolders(tx)).map(({ id, name }) => [id, name]));
  const asked = holders.filter(({ standing }) => standing !== 'not_connected').map(({ id }) => id);
  const planned = kind === 'erasure' && state === 'waiting' && steps.length === 0;
  const rows: typeof steps = planned
    ? erasureSteps(asked).map(({ name }) => notBegun(name))
    : steps;
  return rows.map(({ name, ...step }) => ({
    name,
    ...aboutStep(name, names),
    holderId: holderOfStep(name),
    ...step,
  }));
}

function notBegun(name: string): RequestView['steps'][number] {
  return {
    name,
    state: 'waiting',
    rowsDone: 0,
    rowsTotal: null,
    startedAt: null,
    finishedAt: null,
  };
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
