import type { Tx } from '../../../db/connect.ts';
import { type Exception, isUnfinished } from '../../../db/data-map/erase.ts';
import { countSubject } from '../../../db/data-map/erasure-plan.ts';
import { type ActiveHold, activeHolds, holdFinds } from '../../../db/data-map/held.ts';
import { type MapTable, subjectTableNamed } from '../../../db/data-map/index.ts';
import type { dataSubjectRequest } from '../../../db/schema/request.ts';

type Request = Pick<typeof dataSubjectRequest.$inferSelect, 'id' | 'subjectId'>;

/** Tables in which something of the person is not as it shall be at the end. */
export async function leftovers(tx: Tx, request: Request): Promise<MapTable[]> {
  const { subjectId } = request;
  const left: MapTable[] = [];
  for (const { table, rows } of await countSubject(tx, { subjectId, country: null })) {
    if (rows === 0) continue;
    const except = exceptIn(table, request);
    if (table.onErasure === 'delete' || (await isUnfinished(tx, { table, subjectId, except })))
      left.push(table);
  }
  return left;
}

/**
 * What stays as it is until the end: the request at hand needs the hash of its receipt's code, and its
 * questions to holders say by what those find the person. Each of them is emptied when it is answered.
 */
export function exceptIn(table: MapTable, { id }: Request): Exception | null {
  if (table.name === 'dataSubjectRequest') return { column: 'id', id };
  return table.name === 'holderTask' ? { column: 'requestId', id } : null;
}

/** Holds on rows that are there, or that set something aside of them: while one stands, the erasure cannot come to its end. */
export async function holdsInTheWay(
  tx: Tx,
  { subjectId, now }: { subjectId: string; now: Date },
): Promise<ActiveHold[]> {
  const inTheWay: ActiveHold[] = [];
  for (const hold of await activeHolds(tx, { subjectId, now })) {
    const { rowId, fields } = hold;
    const table = subjectTableNamed(hold.table);
    if (await holdFinds(tx, { table, subjectId, rowId, fields })) inTheWay.push(hold);
  }
  return inTheWay;
}
