import { and, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Tx } from '../../db/connect.ts';
import { dataSubjectRequest } from '../../db/schema/request.ts';
import { supportTicket } from '../../db/schema/support.ts';
import { daily, nextAt } from '../jobs/daily.ts';
import { queueMail } from '../mail/queue.ts';
import { whoIsTold } from '../staff/who-is-told.ts';

/** Before the day's work begins; UTC. */
const HOUR = 6;
const SOON_MS = 48 * 3_600_000;

/** How much is late, and how much will be within two days. */
async function countDue(tx: Tx, now: Date) {
  const soon = new Date(now.getTime() + SOON_MS);
  const counts = (dueAt: PgColumn) => ({
    late: sql<number>`(count(*) filter (where ${lt(dueAt, now)}))::int`,
    all: sql<number>`count(*)::int`,
  });
  const open = (ended: PgColumn, dueAt: PgColumn): SQL | undefined =>
    and(isNull(ended), lt(dueAt, soon));
  const [[requests], [cases]] = await Promise.all([
    tx
      .select(counts(dataSubjectRequest.dueAt))
      .from(dataSubjectRequest)
      .where(open(dataSubjectRequest.endedAt, dataSubjectRequest.dueAt)),
    tx
      .select(counts(supportTicket.dueAt))
      .from(supportTicket)
      .where(open(supportTicket.closedAt, supportTicket.dueAt)),
  ]);
  const of = (row: { late: number; all: number } | undefined) => ({
    late: row?.late ?? 0,
    soon: (row?.all ?? 0) - (row?.late ?? 0),
  });
  return { requests: of(requests), cases: of(cases) };
}

/** Says each morning what is late or will be, to `whoIsTold`; nothing when there is nothing. */
export const dueJob = daily('oversight.due', {
  says: 'nobody could be told what is due',
  async run({ deps: { vault, env }, tx, now }) {
    const { requests, cases } = await countDue(tx, now);
    const total = requests.late + requests.soon + cases.late + cases.soon;
    const day = now.toISOString().slice(0, 10);
    for (const accountId of total > 0 ? await whoIsTold(tx) : [])
      await queueMail(tx, vault, {
        subjectId: accountId,
        template: 'due_reminder',
        params: {
          late: requests.late + cases.late,
          lateRequests: requests.late,
          soonRequests: requests.soon,
          lateCases: cases.late,
          soonCases: cases.soon,
          link: env.CONSOLE_URL,
        },
        dedupeKey: `due_reminder:${day}:${accountId}`,
        now,
      });
    return { runAt: nextAt(HOUR, now) };
  },
});

export const dueJobs = [dueJob];
