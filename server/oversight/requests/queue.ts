import { and, asc, eq, gt, inArray, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Tx } from '../../../db/connect.ts';
import { isHeld } from '../../../db/data-map/held.ts';
import { dataSubjectRequest, requestStep } from '../../../db/schema/request.ts';
import type { Vault } from '../../crypto/vault.ts';
import { daysLeft } from '../../requests/clock.ts';
import { type Stop, stopOf } from '../../requests/erasure/stopped.ts';
import { allHolders } from '../../services/tasks/holders.ts';
import { type HolderView, holdersAwaited } from '../../services/tasks/read.ts';
import { readTimeCursor, writeTimeCursor } from '../../trpc/time-cursor.ts';
import { maskedCustomers } from '../customers.ts';
import type { queueInput } from '../input.ts';
import { aboutStep, type StepAbout } from './step-about.ts';

const PAGE = 50;
/** Less than this share of the time left, and a request is urgent. */
const URGENT_SHARE = 0.25;

type Row = typeof dataSubjectRequest.$inferSelect;
type Filter = Omit<z.infer<typeof queueInput>, 'cursor' | 'direction'>;

/** One request of the queue. */
export type Queued = Pick<
  Row,
  'reference' | 'kind' | 'state' | 'answer' | 'receivedAt' | 'dueAt' | 'executesAt' | 'endedAt'
> & {
  subjectId: string;
  daysLeft: number | null;
  /** Overdue, or less than a quarter of its time left. */
  urgent: boolean;
  /** By legal holds, for a deletion. */
  stopped: Stop | null;
  customer: { email: string; country: string } | null;
  /** The step that it stands at; null before the work and behind it. */
  step: StepAbout | null;
  /** Other systems that have been asked and have not done it, by name. */
  awaits: AwaitedHolder[];
};

/** Whom a request waits for, and what came of asking so far. */
export type AwaitedHolder = Pick<HolderView, 'name' | 'standing' | 'reason' | 'setback'> & {
  needsPerson: boolean;
};

/**
 * Requests of all customers by the day on which they are due, one page of them. The same row neither
 * repeats nor hides another when requests come and end meanwhile.
 * @throws {DomainError} INPUT_REFUSED for a cursor that was not handed out
 */
export async function listQueue(
  tx: Tx,
  vault: Vault,
  { filter, cursor, now }: { filter: Filter; cursor: string | undefined; now: Date },
): Promise<{ requests: Queued[]; next: string | null }> {
  const rows = await tx
    .select()
    .from(dataSubjectRequest)
    .where(and(...conditions(filter, now), cursor === undefined ? undefined : after(cursor)))
    .orderBy(asc(dataSubjectRequest.dueAt), asc(dataSubjectRequest.id))
    .limit(PAGE + 1);
  const page = rows.slice(0, PAGE);
  const ids = page.map(({ id }) => id);
  const customers = await maskedCustomers(
    tx,
    vault,
    page.map(({ subjectId }) => subjectId),
  );
  const [steps, awaited] = [await stepsAt(tx, ids), await holdersAwaited(tx, ids)];
  const stops = await stopsOf(tx, page, now);
  const names = new Map((await allHolders(tx)).map((one) => [one.id, one.name]));
  const last = page.at(-1);
  return {
    requests: page.map((row) => {
      const {
        id,
        reference,
        subjectId,
        kind,
        state,
        answer,
        receivedAt,
        dueAt,
        executesAt,
        endedAt,
      } = row;
      const customer = customers.get(subjectId);
      const step = steps.get(id);
      return {
        reference,
        subjectId,
        kind,
        state,
        answer,
        receivedAt,
        dueAt,
        executesAt,
        endedAt,
        daysLeft: endedAt ? null : daysLeft(dueAt, now),
        urgent: isUrgent(row, now),
        stopped: stops.get(id) ?? null,
        customer: customer ? { email: customer.email, country: customer.country } : null,
        step: endedAt || !step ? null : aboutStep(step, names),
        awaits: (awaited.get(id) ?? []).map(awaitedOf),
      };
    }),
    next: rows.length > PAGE && last ? writeTimeCursor({ at: last.dueAt, id: last.id }) : null,
  };
}

/** How many requests are open, and how many of them are past their day. */
export async function countOpen(tx: Tx, now: Date): Promise<{ open: number; late: number }> {
  const late = sql`count(*) filter (where ${lt(dataSubjectRequest.dueAt, now)})::int`;
  const [row] = await tx
    .select({ open: sql<number>`count(*)::int`, late: sql<number>`${late}` })
    .from(dataSubjectRequest)
    .where(isNull(dataSubjectRequest.endedAt));
  return { open: row?.open ?? 0, late: row?.late ?? 0 };
}

/** What stands in the queue in all, for the head of the page. */
export async function countQueue(tx: Tx, now: Date) {
  const { open, late } = await countOpen(tx, now);
  const deletions = await tx
    .select()
    .from(dataSubjectRequest)
    .where(
      and(
        isNull(dataSubjectRequest.endedAt),
        eq(dataSubjectRequest.kind, 'erasure'),
        isHeld(dataSubjectRequest.subjectId, now),
      ),
    );
  const stops = await stopsOf(tx, deletions, now);
  return { open, overdue: late, held: stops.size };
}

/** Those of the requests that holds keep from their end, by id. */
async function stopsOf(
  tx: Tx,
  rows: readonly Row[],
  now: Date,
): Promise<ReadonlyMap<string, Stop>> {
  const stops = new Map<string, Stop>();
  for (const row of rows) {
    const stop = await stopOf(tx, row, { to: 'officer', now });
    if (stop) stops.set(row.id, stop);
  }
  return stops;
}

/** Overdue, or less than a quarter of its time is left. */
export function isUrgent(
  { receivedAt, dueAt, endedAt }: Pick<Row, 'receivedAt' | 'dueAt' | 'endedAt'>,
  now: Date,
): boolean {
  const all = dueAt.getTime() - receivedAt.getTime();
  return endedAt === null && dueAt.getTime() - now.getTime() < all * URGENT_SHARE;
}

function conditions({ kind, state, overdue }: Filter, now: Date): (SQL | undefined)[] {
  return [
    kind === 'all' ? undefined : eq(dataSubjectRequest.kind, kind),
    state === 'all' ? undefined : stateIs(state),
    overdue
      ? and(isNull(dataSubjectRequest.endedAt), lt(dataSubjectRequest.dueAt, now))
      : undefined,
  ];
}

function stateIs(state: Exclude<Filter['state'], 'all'>): SQL {
  return state === 'open'
    ? isNull(dataSubjectRequest.endedAt)
    : eq(dataSubjectRequest.state, state);
}

/** The first step of each request that is not done. */
async function stepsAt(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectDistinctOn([requestStep.requestId], {
      requestId: requestStep.requestId,
      name: requestStep.name,
    })
    .from(requestStep)
    .where(and(inArray(requestStep.requestId, [...ids]), ne(requestStep.state, 'done')))
    .orderBy(requestStep.requestId, asc(requestStep.position));
  return new Map(rows.map(({ requestId, name }) => [requestId, name]));
}

/** What an officer learns of a holder without opening the request. */
function awaitedOf({
  name,
  standing,
  reason,
  setback,
  needsPersonSince,
}: HolderView): AwaitedHolder {
  return { name, standing, reason, setback, needsPerson: needsPersonSince !== null };
}

function after(cursor: string): SQL | undefined {
  const { at, id } = readTimeCursor(cursor);
  return or(
    gt(dataSubjectRequest.dueAt, at),
    and(eq(dataSubjectRequest.dueAt, at), gt(dataSubjectRequest.id, id)),
  );
}
