import { and, desc, eq, inArray, isNotNull, isNull } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { recipientsOfSections } from '../../../db/data-map/holdings.ts';
import { holderTask } from '../../../db/schema/holder-task.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import type { DataKey } from '../../crypto/vault.ts';
import type { Deps } from '../../deps.ts';
import { tasksOf, viewHolders } from '../../services/tasks/read.ts';
import { markMissing } from '../../services/tasks/watch.ts';
import { finishStep, progress, startStep } from '../steps.ts';
import { inOrder } from './contents.ts';
import type { HolderInCopy, HolderRecords } from './holder-in-copy.ts';
import type { StepPositions } from './steps.ts';

/** An answer wakes the job; this is for the one that is lost. */
const LOOK_AGAIN_MS = 5_000;

type Request = Pick<
  typeof dataSubjectRequest.$inferSelect,
  'id' | 'subjectId' | 'sections' | 'reference'
>;

/**
 * Whether the copy still waits for holders: until they have all answered, or until their time is over.
 * Costs nobody a worker: the job goes back into the queue and is woken by an answer.
 *
 * @returns when to look again; null when it does not wait (any more)
 */
export async function waitForHolders({
  deps,
  tx,
  request,
  positions,
  now,
}: {
  deps: Deps;
  tx: Tx;
  request: Request;
  positions: StepPositions;
  now: Date;
}): Promise<Date | null> {
  const { id: requestId } = request;
  const position = positions.get('holders');
  if (position === undefined) return null;
  const { db } = deps.connection;
  const tasks = await tasksOf(tx, requestId);
  const open = tasks.filter(({ endedAt, state }) => endedAt === null && state !== 'missing');
  const rowsDone = tasks.filter(({ endedAt }) => endedAt !== null).length;
  const waitsUntil = open.map(({ dueAt }) => dueAt.getTime()).filter((at) => at > now.getTime());
  if (waitsUntil.length > 0) {
    await startStep(db, { requestId, position, now, rowsTotal: tasks.length });
    await progress(db, { requestId, position, rowsDone });
    return new Date(Math.min(...waitsUntil, now.getTime() + LOOK_AGAIN_MS));
  }
  // In a commit of its own: whoever answers now is late, and must not have to wait for the build.
  await db.transaction(async (cut) => {
    await cut
      .select({ id: dataSubjectRequest.id })
      .from(dataSubjectRequest)
      .where(eq(dataSubjectRequest.id, requestId))
      .for('update');
    await markMissing(cut, deps.vault, { requestId, now });
    await finishStep(cut, { requestId, position, rowsDone, now });
  });
  return null;
}

/** Every holder that the chosen chapters concern, with what of it the copy will contain. */
export async function holdersInCopy(tx: Tx, request: Request): Promise<HolderInCopy[]> {
  const { id: requestId, subjectId } = request;
  const concerned = recipientsOfSections(inOrder(request.sections));
  const views = await viewHolders(tx, { requestId, concerned, planned: false });
  const tasks = await tasksOf(tx, requestId);
  const found: HolderInCopy[] = [];
  for (const view of views) {
    const own = tasks.find(({ holderId, answer }) => holderId === view.id && answer !== null);
    const other =
      own || view.standing !== 'missing'
        ? null
        : await unusedAnswer(tx, { subjectId, holderId: view.id });
    found.push({ ...view, taskId: own?.id ?? other, earlier: !own && other !== null });
  }
  return found;
}

/** An answer to an earlier question that came too late for its copy. */
async function unusedAnswer(
  tx: Tx,
  { subjectId, holderId }: { subjectId: string; holderId: string },
): Promise<string | null> {
  const [task] = await tx
    .select({ id: holderTask.id })
    .from(holderTask)
    .where(
      and(
        eq(holderTask.subjectId, subjectId),
        eq(holderTask.holderId, holderId),
        eq(holderTask.kind, 'export'),
        isNotNull(holderTask.answer),
        isNull(holderTask.usedAt),
      ),
    )
    .orderBy(desc(holderTask.answeredAt))
    .limit(1);
  return task?.id ?? null;
}

/**
 * Opens what a holder gave. One answer at a time is in memory, and none is larger than an answer may be.
 *
 * @throws {Error} when it is not there any more
 */
export async function openAnswer(
  { connection, vault }: Deps,
  { key, taskId }: { key: DataKey; taskId: string },
): Promise<HolderRecords> {
  const [task] = await connection.db
    .select({ answer: holderTask.answer })
    .from(holderTask)
    .where(eq(holderTask.id, taskId));
  if (!task?.answer) throw new Error('an answer that is gone');
  return JSON.parse(vault.unseal(key, 'holder_task.answer', task.answer)) as HolderRecords;
}

/**
 * Says of the answers in a copy that they are in it, and forgets them here; the archive has them now.
 *
 * @returns whether another answer came while the copy was made, and is in no copy yet
 */
export async function noteUsed(
  tx: Tx,
  { requestId, taskIds, now }: { requestId: string; taskIds: readonly string[]; now: Date },
): Promise<boolean> {
  if (taskIds.length > 0) {
    await tx
      .update(holderTask)
      .set({ usedAt: now, answer: null })
      .where(inArray(holderTask.id, [...taskIds]));
  }
  const late = await tx.$count(
    holderTask,
    and(eq(holderTask.requestId, requestId), isNotNull(holderTask.answer)),
  );
  return late > 0;
}
