import { and, eq, isNotNull, isNull, ne, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { holderTask } from '../../../db/schema/holder-task.ts';
import { dataSubjectRequest, requestStep } from '../../../db/schema/request.ts';
import { addNotice } from '../../overview/notices.ts';
import { finishStep, notify, progress } from '../../requests/steps.ts';
import { tellHolders } from './ask.ts';

type Task = typeof holderTask.$inferSelect;

/** A copy that was delivered without this answer: its person is told that it has come. */
export async function tellOfLateAnswer(
  tx: Tx,
  { requestId, subjectId, now }: { requestId: string; subjectId: string; now: Date },
): Promise<void> {
  const [request] = await tx
    .select({ state: dataSubjectRequest.state, reference: dataSubjectRequest.reference })
    .from(dataSubjectRequest)
    .where(eq(dataSubjectRequest.id, requestId));
  if (request?.state !== 'completed') return;
  const { reference } = request;
  await addNotice(tx, { subjectId, kind: 'copy_late_answer', reference, now });
}

/** Of several answers that no copy has contained yet, the latest is kept. */
export async function forgetEarlier(
  tx: Tx,
  { id, subjectId, holderId, kind }: Task,
): Promise<void> {
  await tx
    .update(holderTask)
    .set({ answer: null })
    .where(
      and(
        eq(holderTask.subjectId, subjectId),
        eq(holderTask.holderId, holderId),
        eq(holderTask.kind, kind),
        ne(holderTask.id, id),
        isNotNull(holderTask.answer),
        sql`exists (select 1 from data_subject_request r where r.id = ${holderTask.requestId} and r.state <> 'running')`,
      ),
    );
}

/** A correction is done when every holder of the field has answered. */
export async function completeCorrection(
  tx: Tx,
  { requestId, kind }: Pick<Task, 'requestId' | 'kind'>,
  now: Date,
): Promise<void> {
  if (kind !== 'correct') return;
  const ofRequest = eq(holderTask.requestId, requestId);
  const [open, answered] = [
    await tx.$count(holderTask, and(ofRequest, isNull(holderTask.endedAt))),
    await tx.$count(holderTask, and(ofRequest, isNotNull(holderTask.endedAt))),
  ];
  const [step] = await tx
    .select({ position: requestStep.position })
    .from(requestStep)
    .where(and(eq(requestStep.requestId, requestId), eq(requestStep.name, 'holders')));
  if (!step) return;
  const place = { requestId, position: step.position, rowsDone: answered };
  if (open > 0) return progress(tx, place);
  await finishStep(tx, { ...place, now });
  await tx
    .update(dataSubjectRequest)
    .set({ state: 'completed', endedAt: now })
    .where(and(eq(dataSubjectRequest.id, requestId), eq(dataSubjectRequest.state, 'running')));
}

/** Work that waits for this answer goes on now, and whoever watches the request sees it. */
export async function wake(tx: Tx, requestId: string): Promise<void> {
  // A row that is locked is being worked on and looks by itself.
  await tx.execute(sql`
    update job set run_at = least(run_at, clock_timestamp()) where id in (
      select id from job where state = 'ready' and kind in ('copy.build', 'erasure.run')
        and payload->>'requestId' = ${requestId} for update skip locked)`);
  await tx.execute(sql`select pg_notify('job', '')`);
  await tellHolders(tx);
  await notify(tx, requestId);
}
