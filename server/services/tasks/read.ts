import { asc, eq, inArray } from 'drizzle-orm';
import type { Db, Tx } from '../../../db/connect.ts';
import { holderTask } from '../../../db/schema/holder-task.ts';
import { allHolders, type Holder } from './holders.ts';
import { type Setback, setbackOf } from './setback.ts';

type Task = typeof holderTask.$inferSelect;

/** Where a holder stands in a request, in the order in which it gets there. */
export type Standing =
  /** It does not ask this portal for its tasks: somebody has to write to it. */
  | 'not_connected'
  /** It will be asked when the work begins. */
  | 'planned'
  | 'asked'
  | 'working'
  | 'done'
  | 'refused'
  | 'missing';

/** One holder in one request, as its person sees it. */
export type HolderView = Omit<Holder, 'connected'> & {
  standing: Standing;
  askedAt: Date | null;
  /** When it was expected; since when it is missing. */
  dueAt: Date | null;
  /** When it gave the answer that counts. */
  answeredAt: Date | null;
  /** How often it was given the question, and when last. */
  attempts: number;
  handedOutAt: Date | null;
  /** Until when it has the question; past where it let that time go by. */
  outUntil: Date | null;
  /** When it is asked again: as soon as it comes for its questions, where that is past. */
  nextAt: Date | null;
  /** Its last answer settled nothing. */
  setback: Setback | null;
  /** SHA-256 of its answer's canonical JSON. */
  hash: string | null;
  records: number | null;
  kept: { records: number; ground: string; until: Date | null } | null;
  /** When its answer went into a copy. */
  usedAt: Date | null;
  needsPersonSince: Date | null;
  /** Whether it is still asked, or will be. */
  open: boolean;
  /** Why it refused, or what went wrong last, as a code. */
  reason: string | null;
  /** For an erasure: its second answer, that nothing is left. */
  verified: { at: Date; hash: string } | null;
};

/**
 * The holders of a request: those that were asked, and those that it concerns and that cannot be.
 *
 * @param concerned whom it concerns, by id, whether connected or not
 * @param planned whether they are asked only later
 */
export async function viewHolders(
  tx: Tx,
  {
    requestId,
    concerned,
    planned,
  }: { requestId: string; concerned: readonly string[]; planned: boolean },
): Promise<HolderView[]> {
  const [holders, tasks] = await Promise.all([allHolders(tx), tasksOf(tx, requestId)]);
  const views = holders.flatMap((holder) => {
    const own = tasks.filter(({ holderId }) => holderId === holder.id);
    if (own.length > 0) return [viewOf(holder, own)];
    if (!concerned.includes(holder.id)) return [];
    if (holder.connected && !planned) return [];
    return [{ ...nothingYet(holder), standing: standingBefore(holder) }];
  });
  // Those whose answer counts before those of whom there is none.
  return [...views].sort(
    (one, other) =>
      Number(one.standing === 'not_connected') - Number(other.standing === 'not_connected'),
  );
}

/** Of several requests, the holders that each still waits for; those that are asked only later are not. */
export async function holdersAwaited(
  tx: Tx,
  requestIds: readonly string[],
): Promise<ReadonlyMap<string, HolderView[]>> {
  if (requestIds.length === 0) return new Map();
  const [holders, tasks] = await Promise.all([
    allHolders(tx),
    tx
      .select()
      .from(holderTask)
      .where(inArray(holderTask.requestId, [...requestIds]))
      .orderBy(asc(holderTask.createdAt), asc(holderTask.kind)),
  ]);
  return new Map(
    requestIds.map((requestId) => {
      const asked = tasks.filter((task) => task.requestId === requestId);
      const views = holders.flatMap((holder) => {
        const own = asked.filter(({ holderId }) => holderId === holder.id);
        return own.length > 0 ? [viewOf(holder, own)] : [];
      });
      return [requestId, views.filter(({ open, standing }) => open && standing !== 'planned')];
    }),
  );
}

export async function tasksOf(tx: Tx | Db, requestId: string): Promise<Task[]> {
  return tx
    .select()
    .from(holderTask)
    .where(eq(holderTask.requestId, requestId))
    .orderBy(asc(holderTask.holderId), asc(holderTask.createdAt), asc(holderTask.kind));
}

function standingBefore({ connected }: Holder): Standing {
  return connected ? 'planned' : 'not_connected';
}

function nothingYet({ connected: _, ...holder }: Holder): Omit<HolderView, 'standing'> {
  return {
    ...holder,
    askedAt: null,
    dueAt: null,
    answeredAt: null,
    attempts: 0,
    handedOutAt: null,
    outUntil: null,
    nextAt: null,
    setback: null,
    hash: null,
    records: null,
    kept: null,
    usedAt: null,
    needsPersonSince: null,
    open: false,
    reason: null,
    verified: null,
  };
}

/** One line of what may be two questions: an erasure asks first to erase, then whether it is so. */
function viewOf(holder: Holder, tasks: readonly Task[]): HolderView {
  const first = tasks.find(({ kind }) => kind !== 'verify_erased') ?? tasks[0];
  const check = tasks.find(({ kind }) => kind === 'verify_erased');
  if (!first) return { ...nothingYet(holder), standing: standingBefore(holder) };
  // The one that is open is the one that counts.
  const open = first.endedAt === null ? first : check?.endedAt === null ? check : null;
  const counts = open ?? first;
  // Of what it said before it was asked anew, nothing counts.
  const answered = first.state === 'acknowledged' || first.state === 'refused' ? first : null;
  return {
    ...nothingYet(holder),
    standing: standingOf(counts, { begun: first.endedAt !== null }),
    askedAt: first.createdAt,
    dueAt: counts.dueAt,
    answeredAt: answered?.answeredAt ?? null,
    attempts: counts.attempts,
    handedOutAt: counts.claimedAt,
    outUntil: open?.leaseUntil ?? null,
    nextAt: open?.availableAt ?? null,
    setback: setbackOf(counts, check),
    hash: answered?.answerHash ?? null,
    records: answered?.records ?? null,
    kept:
      answered?.keptRecords && answered.keptGround
        ? { records: answered.keptRecords, ground: answered.keptGround, until: answered.keptUntil }
        : null,
    usedAt: first.usedAt,
    needsPersonSince: first.escalatedAt ?? check?.escalatedAt ?? null,
    open: open !== null,
    reason: counts.lastError,
    verified:
      check?.state === 'acknowledged' && check.answeredAt && check.answerHash
        ? { at: check.answeredAt, hash: check.answerHash }
        : null,
  };
}

function standingOf(
  { state, availableAt, endedAt }: Task,
  { begun }: { begun: boolean },
): Standing {
  switch (state) {
    case 'acknowledged':
      return 'done';
    case 'refused':
      return 'refused';
    case 'missing':
      return 'missing';
    case 'claimed':
      return 'working';
    case 'waiting':
      // Ended without an answer: its request was cancelled.
      if (endedAt === null && availableAt === null) return 'planned';
      return begun && endedAt === null ? 'working' : 'asked';
  }
}
