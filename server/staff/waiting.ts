import { and, eq, gt, isNotNull, isNull, lt, or } from 'drizzle-orm';
import type { Db } from '../../db/connect.ts';
import type { StaffRole } from '../../db/schema/account.ts';
import { legalHold } from '../../db/schema/hold.ts';
import { dataSubjectRequest } from '../../db/schema/request.ts';
import { supportTicket } from '../../db/schema/support.ts';

type Waiting = {
  /** Cases that wait for us: all of them, those past their day, those of this person. */
  cases: { open: number; late: number; mine: number } | null;
  requests: { open: number; late: number } | null;
  /** Holds of which a proposal or a release waits for a second person. */
  holds: { open: number } | null;
};

/** How much waits at the console for somebody of this role: counts, of nobody in particular. */
export async function waitingFor(
  db: Db,
  { accountId, role, now }: { accountId: string; role: StaffRole; now: Date },
): Promise<Waiting> {
  const cases = role === 'support' || role === 'officer';
  const requests = role === 'officer';
  const holds = role === 'officer' || role === 'administrator';
  return {
    cases: cases ? await casesWaiting(db, accountId, now) : null,
    requests: requests ? await requestsWaiting(db, now) : null,
    holds: holds ? { open: await db.$count(legalHold, holdWaits(now)) } : null,
  };
}

async function casesWaiting(db: Db, accountId: string, now: Date) {
  const open = eq(supportTicket.state, 'open');
  const [all, late, mine] = await Promise.all([
    db.$count(supportTicket, open),
    db.$count(supportTicket, and(open, lt(supportTicket.dueAt, now))),
    db.$count(supportTicket, and(open, eq(supportTicket.assignedTo, accountId))),
  ]);
  return { open: all, late, mine };
}

async function requestsWaiting(db: Db, now: Date) {
  const open = isNull(dataSubjectRequest.endedAt);
  const [all, late] = await Promise.all([
    db.$count(dataSubjectRequest, open),
    db.$count(dataSubjectRequest, and(open, lt(dataSubjectRequest.dueAt, now))),
  ]);
  return { open: all, late };
}

const holdWaits = (now: Date) =>
  and(
    isNull(legalHold.releasedAt),
    gt(legalHold.endsAt, now),
    or(isNull(legalHold.approvedAt), isNotNull(legalHold.releaseAskedAt)),
  );
