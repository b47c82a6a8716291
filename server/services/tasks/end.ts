import { and, eq, isNotNull, isNull, ne, or } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { holderTask } from '../../../db/schema/holder-task.ts';

/**
 * Ends what is still asked for a request that is over: nobody is given it any more, an answer to it is
 * refused, and what no copy contained is forgotten.
 */
export async function endTasks(
  tx: Tx,
  { requestId, now }: { requestId: string; now: Date },
): Promise<void> {
  await tx
    .update(holderTask)
    .set({ payload: null, availableAt: null, leaseUntil: null, endedAt: now })
    .where(and(eq(holderTask.requestId, requestId), isNull(holderTask.endedAt)));
  await tx
    .update(holderTask)
    .set({ answer: null })
    .where(and(eq(holderTask.requestId, requestId), isNotNull(holderTask.answer)));
}

/** The same for all other requests of a person whose account is being erased. */
export async function endOtherTasks(
  tx: Tx,
  { requestId, subjectId, now }: { requestId: string; subjectId: string; now: Date },
): Promise<void> {
  const others = await tx
    .selectDistinct({ id: holderTask.requestId })
    .from(holderTask)
    .where(
      and(
        eq(holderTask.subjectId, subjectId),
        ne(holderTask.requestId, requestId),
        or(isNull(holderTask.endedAt), isNotNull(holderTask.answer)),
      ),
    );
  for (const { id } of others) await endTasks(tx, { requestId: id, now });
}
