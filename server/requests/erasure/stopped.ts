import type { Tx } from '../../../db/connect.ts';
import { isTold } from '../../../db/data-map/held.ts';
import type { dataSubjectRequest } from '../../../db/schema/request.ts';
import { holdsInTheWay } from './leftovers.ts';

/** Legal holds keep a deletion from its end: since when, and until when at the latest. */
export type Stop = { since: Date; until: Date };

type Row = Pick<
  typeof dataSubjectRequest.$inferSelect,
  'kind' | 'state' | 'subjectId' | 'receivedAt'
>;

/**
 * What holds a deletion up, begun or not: it cannot end while a hold is on something that is there. Null
 * for every other request. Officers are told of every hold; the person of those that no legal bar keeps
 * from them, so that one under a bar changes nothing that they read.
 */
export async function stopOf(
  tx: Tx,
  { kind, state, subjectId, receivedAt }: Row,
  { to, now }: { to: 'officer' | 'person'; now: Date },
): Promise<Stop | null> {
  if (kind !== 'erasure' || (state !== 'waiting' && state !== 'running')) return null;
  const holds = (await holdsInTheWay(tx, { subjectId, now })).filter(
    (hold) => to === 'officer' || isTold(hold, now),
  );
  if (holds.length === 0) return null;
  const first = Math.min(...holds.map(({ approvedAt }) => approvedAt.getTime()));
  const last = Math.max(...holds.map(({ endsAt }) => endsAt.getTime()));
  return { since: new Date(Math.max(first, receivedAt.getTime())), until: new Date(last) };
}
