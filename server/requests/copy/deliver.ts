import { and, eq, isNotNull } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { dataSubjectRequest, exportArchive, requestStep } from '../../../db/schema/request.ts';
import { timeZoneOf } from '../../account/time-zone.ts';
import { recordAudit } from '../../audit/record.ts';
import type { DataKey } from '../../crypto/vault.ts';
import type { Deps } from '../../deps.ts';
import { enqueue } from '../../jobs/define.ts';
import { momentInWords } from '../../mail/moment-in-words.ts';
import { queueMail } from '../../mail/queue.ts';
import { addNotice } from '../../overview/notices.ts';
import { endTasks } from '../../services/tasks/end.ts';
import { requestLink } from '../erasure/letters.ts';
import { finishStep, notify } from '../steps.ts';
import { inOrder } from './contents.ts';
import { expireCopyJob } from './expire.ts';
import type { Tally } from './frames.ts';
import type { HolderInCopy } from './holder-in-copy.ts';
import { noteUsed } from './holders.ts';
import { positionOf, type StepPositions } from './steps.ts';

/** A copy can be downloaded this long, and no longer than the account is there. */
const AVAILABLE_MS = 7 * 86_400_000;

type Request = Pick<
  typeof dataSubjectRequest.$inferSelect,
  'id' | 'subjectId' | 'reference' | 'sections'
>;

/** A file that lies in the store and that nobody knows of yet. */
export type BuiltCopy = Tally & {
  objectName: string;
  fileKey: Buffer;
  rows: number;
  takenAt: Date;
  holders: readonly HolderInCopy[];
  positions: StepPositions;
};

/** When the copy goes: after its days, or with the account whose deletion waits. */
async function endOf(tx: Tx, { subjectId, now }: { subjectId: string; now: Date }): Promise<Date> {
  const [deletion] = await tx
    .select({ executesAt: dataSubjectRequest.executesAt })
    .from(dataSubjectRequest)
    .where(
      and(
        eq(dataSubjectRequest.subjectId, subjectId),
        eq(dataSubjectRequest.kind, 'erasure'),
        eq(dataSubjectRequest.state, 'waiting'),
        isNotNull(dataSubjectRequest.executesAt),
      ),
    );
  const full = now.getTime() + AVAILABLE_MS;
  return new Date(Math.min(full, deletion?.executesAt?.getTime() ?? full));
}

/**
 * Makes a stored file the copy of its request: row, state, letter, notice and event commit together,
 * with the job. The change of state decides that it happens once.
 *
 * @returns false when the request was cancelled meanwhile; then nothing is written
 */
export async function deliverCopy({
  deps,
  tx,
  key,
  request,
  built,
  now,
}: {
  deps: Deps;
  tx: Tx;
  key: DataKey;
  request: Request;
  built: BuiltCopy;
  now: Date;
}): Promise<boolean> {
  const { id: requestId, subjectId, reference } = request;
  if (!(await endRequest(tx, { requestId, state: 'completed', failure: null, now }))) return false;
  const expiresAt = await endOf(tx, { subjectId, now });
  await tx
    .insert(exportArchive)
    .values({
      requestId,
      subjectId,
      objectName: built.objectName,
      fileKey: deps.vault.seal(key, 'export_archive.file_key', built.fileKey.toString('base64')),
      plainBytes: built.bytes,
      sha256: built.sha256,
      snapshotAt: built.takenAt,
      readyAt: now,
      expiresAt,
      downloads: 0,
    })
    .onConflictDoNothing();
  const { holders } = built;
  const taskIds = holders.flatMap(({ taskId }) => (taskId ? [taskId] : []));
  const lateAnswer = await noteUsed(tx, { requestId, taskIds, now });
  const missing = holders.filter(({ standing, taskId }) => standing === 'missing' && !taskId);
  await queueMail(tx, deps.vault, {
    subjectId,
    template: 'copy_ready',
    params: {
      reference,
      link: requestLink(deps.env.PUBLIC_URL, reference),
      expires: momentInWords(expiresAt, await timeZoneOf(tx, subjectId)),
      missing: missing.length,
      names: missing.map(({ name }) => name).join(', '),
    },
    dedupeKey: `copy_ready:${requestId}`,
    now,
  });
  await addNotice(tx, { subjectId, kind: 'copy_ready', reference, now });
  if (lateAnswer) await addNotice(tx, { subjectId, kind: 'copy_late_answer', reference, now });
  await recordAudit(tx, deps.vault, {
    action: 'request.copy_ready',
    actor: { kind: 'system', job: 'copy.build' },
    subjectId,
    purpose: 'privacy_rights',
    sections: inOrder(request.sections),
    reference,
    requestId,
    details: {
      bytes: built.bytes,
      rows: built.rows,
      sha256: built.sha256,
      holders: holders.flatMap(({ id, taskId }) => (taskId ? [id] : [])),
      missing: missing.map(({ id }) => id),
    },
    now,
  });
  await enqueue(tx, expireCopyJob, {
    payload: { requestId },
    subjectId,
    now,
    runAt: expiresAt,
    dedupeKey: `copy.expire:${requestId}`,
  });
  const position = positionOf(built.positions, 'tell');
  await finishStep(tx, { requestId, position, now, rowsDone: 0 });
  return true;
}

/** Gives up after the last attempt: says so to the person, who may ask again. */
export async function failCopy({
  deps,
  tx,
  requestId,
  now,
}: {
  deps: Deps;
  tx: Tx;
  requestId: string;
  now: Date;
}): Promise<void> {
  const request = await endRequest(tx, {
    requestId,
    state: 'failed',
    failure: 'COPY_NOT_BUILT',
    now,
  });
  if (!request) return;
  const { subjectId, reference } = request;
  await endTasks(tx, { requestId, now });
  await tx
    .update(requestStep)
    .set({ state: 'failed' })
    .where(and(eq(requestStep.requestId, requestId), eq(requestStep.state, 'running')));
  await queueMail(tx, deps.vault, {
    subjectId,
    template: 'copy_failed',
    params: { reference, link: requestLink(deps.env.PUBLIC_URL, reference) },
    dedupeKey: `copy_failed:${requestId}`,
    now,
  });
  await addNotice(tx, { subjectId, kind: 'copy_failed', reference, now });
  await recordAudit(tx, deps.vault, {
    action: 'request.copy_failed',
    actor: { kind: 'system', job: 'copy.build' },
    subjectId,
    purpose: 'privacy_rights',
    outcome: 'failed',
    sections: inOrder(request.sections),
    reference,
    requestId,
    now,
  });
  await notify(tx, requestId);
}

/** From `running` to its end, once; waits for whoever is cancelling it. */
async function endRequest(
  tx: Tx,
  {
    requestId,
    state,
    failure,
    now,
  }: { requestId: string; state: 'completed' | 'failed'; failure: string | null; now: Date },
) {
  const [request] = await tx
    .update(dataSubjectRequest)
    .set({ state, failure, endedAt: now })
    .where(and(eq(dataSubjectRequest.id, requestId), eq(dataSubjectRequest.state, 'running')))
    .returning();
  return request ?? null;
}
