import { eq } from 'drizzle-orm';
import { exportArchive } from '../../../db/schema/request.ts';
import { recordAudit } from '../../audit/record.ts';
import { enqueue } from '../../jobs/define.ts';
import { notify } from '../steps.ts';
import { type CopyContext, plainly } from './ask.ts';
import { inOrder } from './contents.ts';
import { destroyKey, expireCopyJob } from './expire.ts';
import { removeObjects } from './objects.ts';
import { readyCopy } from './open.ts';

/**
 * Deletes a copy before its days are over. Its key dies with the commit, and then its file; should that
 * fail, a job repeats it.
 *
 * @throws {DomainError} NOT_FOUND, COPY_NOT_READY, or COPY_EXPIRED when it is gone already
 */
export async function deleteCopy(
  { deps, subjectId, actor, now, requestId, write = plainly(deps, subjectId) }: CopyContext,
  { reference }: { reference: string },
): Promise<void> {
  const id = await write(async (tx) => {
    const { request } = await readyCopy(tx, { subjectId, reference, now });
    await tx
      .select()
      .from(exportArchive)
      .where(eq(exportArchive.requestId, request.id))
      .for('update');
    // Two who delete at once: the second sees it gone.
    await readyCopy(tx, { subjectId, reference, now });
    await destroyKey(tx, { requestId: request.id, because: 'asked', now });
    await recordAudit(tx, deps.vault, {
      action: 'request.copy_deleted',
      actor,
      subjectId,
      purpose: 'privacy_rights',
      sections: inOrder(request.sections),
      reference,
      requestId,
      now,
    });
    await enqueue(tx, expireCopyJob, {
      payload: { requestId: request.id },
      subjectId,
      now,
      dedupeKey: `copy.remove:${request.id}`,
    });
    await notify(tx, request.id);
    return request.id;
  });
  await removeObjects(deps.exportStore, id).catch((cause) =>
    deps.log.error({ err: cause }, 'a deleted copy waits for its removal'),
  );
}
