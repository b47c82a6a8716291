import { eq } from 'drizzle-orm';
import type { Db } from '../../../db/connect.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { progress } from '../steps.ts';

/** A person watches; a database should not have to. */
const EVERY_MS = 400;

/** The request no longer wants its copy: it was cancelled, or its account is being deleted. */
export class CopyNotWanted extends Error {
  override name = 'CopyNotWanted';
}

/**
 * Reports how far a step is, a few times a second at most, and learns at the same time whether anybody
 * still waits for it. On connections of its own, so that what it writes is seen at once.
 *
 * @throws {CopyNotWanted} from the returned function
 */
export function reporter(
  db: Db,
  place: { requestId: string; position: number },
): (rowsDone: number) => Promise<void> {
  let last = Number.NEGATIVE_INFINITY;
  return async (rowsDone) => {
    if (performance.now() - last < EVERY_MS) return;
    await assertWanted(db, place.requestId);
    await progress(db, { ...place, rowsDone });
    last = performance.now();
  };
}

/** @throws {CopyNotWanted} when the request is not being worked on any more */
async function assertWanted(db: Db, requestId: string): Promise<void> {
  const [request] = await db
    .select({ state: dataSubjectRequest.state })
    .from(dataSubjectRequest)
    .where(eq(dataSubjectRequest.id, requestId));
  if (request?.state !== 'running') throw new CopyNotWanted('nobody waits for this copy');
}
