import { and, asc, desc, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Db } from '../../../db/connect.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import { daysLeft } from '../../requests/clock.ts';
import { readTimeCursor, writeTimeCursor } from '../../trpc/time-cursor.ts';
import type { caseListInput } from './input.ts';

const PAGE = 50;

/**
 * The queue of cases, those due first; of closed ones those due last. No names and no account: whose case
 * it is stands in the case, and reading that is recorded.
 * @throws {DomainError} INPUT_REFUSED for a cursor that was not handed out
 */
export async function caseList(
  db: Db,
  { accountId, now }: { accountId: string; now: Date },
  { state, mine, cursor }: z.output<typeof caseListInput>,
) {
  const from = cursor === undefined ? null : readTimeCursor(cursor);
  const closed = state === 'closed';
  const { dueAt, id } = supportTicket;
  const place =
    from === null ? null : sql`(${from.at.toISOString()}::timestamptz, ${from.id}::uuid)`;
  const rows = await db
    .select({
      id,
      reference: supportTicket.reference,
      kind: supportTicket.kind,
      state: supportTicket.state,
      openedAt: supportTicket.openedAt,
      dueAt,
      decision: supportTicket.decision,
      assignedTo: supportTicket.assignedTo,
      assignedLabel: supportTicket.assignedLabel,
    })
    .from(supportTicket)
    .where(
      and(
        eq(supportTicket.state, state),
        mine ? eq(supportTicket.assignedTo, accountId) : undefined,
        place === null
          ? undefined
          : closed
            ? sql`(${dueAt}, ${id}) < ${place}`
            : sql`(${dueAt}, ${id}) > ${place}`,
      ),
    )
    .orderBy(...(closed ? [desc(dueAt), desc(id)] : [asc(dueAt), asc(id)]))
    .limit(PAGE + 1);
  const last = rows[PAGE - 1];
  return {
    cases: rows.slice(0, PAGE).map(({ id: _, assignedTo, ...row }) => ({
      ...row,
      mine: assignedTo === accountId,
      daysLeft: closed ? null : daysLeft(row.dueAt, now),
    })),
    next: rows.length > PAGE && last ? writeTimeCursor({ at: last.dueAt, id: last.id }) : null,
  };
}
