import { and, eq, lt } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import type { StaffRole } from '../../db/schema/account.ts';
import { supportTicket } from '../../db/schema/support.ts';
import { countWaitingHolds } from '../oversight/holds/read.ts';
import { countOpen } from '../oversight/requests/queue.ts';

type Waiting = {
  /** Cases that wait for us: all of them, those past their day, those of this person. */
  cases: { open: number; late: number; mine: number } | null;
  requests: { open: number; late: number } | null;
  /** Holds of which a proposal or a release waits for a second person. */
  holds: { open: number } | null;
};

/** How much waits at the console for somebody of this role: counts, of nobody in particular. */
export async function waitingFor(
  tx: Tx,
  { accountId, role, now }: { accountId: string; role: StaffRole; now: Date },
): Promise<Waiting> {
  const cases = role === 'support' || role === 'officer';
  const holds = role === 'officer' || role === 'administrator';
  return {
    cases: cases ? await casesWaiting(tx, accountId, now) : null,
    requests: role === 'officer' ? await countOpen(tx, now) : null,
    holds: holds ? { open: await countWaitingHolds(tx, now) } : null,
  };
}

async function casesWaiting(tx: Tx, accountId: string, now: Date) {
  const open = eq(supportTicket.state, 'open');
  const [all, late, mine] = await Promise.all([
    tx.$count(supportTicket, open),
    tx.$count(supportTicket, and(open, lt(supportTicket.dueAt, now))),
    tx.$count(supportTicket, and(open, eq(supportTicket.assignedTo, accountId))),
  ]);
  return { open: all, late, mine };
}
