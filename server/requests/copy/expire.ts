import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Tx } from '../../../db/connect.ts';
import type { Sealed } from '../../../db/schema/column.ts';
import { exportArchive } from '../../../db/schema/request.ts';
import type { Deps } from '../../deps.ts';
import { defineJob, enqueue, type JobDefinition, type JobOutcome } from '../../jobs/define.ts';
import { endTasks } from '../../services/tasks/end.ts';
import { removeObjects } from './objects.ts';

/** After the last attempt failed, it is tried again this much later: a copy does not outlive its date. */
const RETRY_MS = 60 * 60_000;

type Archive = typeof exportArchive.$inferSelect;

/** What stands where the key of a file was. Nothing opens the file any more, wherever it was copied to. */
const NO_KEY = '' as Sealed;

/** Destroys the key of a copy. The file itself is removed after that has been written down. */
export async function destroyKey(
  tx: Tx,
  {
    requestId,
    because,
    now,
  }: { requestId: string; because: NonNullable<Archive['deletedBecause']>; now: Date },
): Promise<void> {
  await tx
    .update(exportArchive)
    .set({ fileKey: NO_KEY, deletedAt: now, deletedBecause: because })
    .where(eq(exportArchive.requestId, requestId));
}

/**
 * Ends a copy whose days are over, and removes what lies in the store of one that ended before. So long
 * were holders asked that had not answered, too.
 */
export async function expireCopy({
  deps,
  tx,
  requestId,
  now,
}: {
  deps: Deps;
  tx: Tx;
  requestId: string;
  now: Date;
}): Promise<JobOutcome> {
  const [archive] = await tx
    .select()
    .from(exportArchive)
    .where(eq(exportArchive.requestId, requestId))
    .for('update');
  if (archive && !archive.deletedAt) {
    if (archive.expiresAt > now) return { runAt: archive.expiresAt };
    await destroyKey(tx, { requestId, because: 'expired', now });
  }
  await endTasks(tx, { requestId, now });
  await removeObjects(deps.exportStore, requestId);
  return 'done';
}

const payload = z.strictObject({ requestId: z.uuid() });
type Payload = z.infer<typeof payload>;

export const expireCopyJob: JobDefinition<Payload> = defineJob<Payload>({
  kind: 'copy.expire',
  maxAttempts: 8,
  parse: (value) => payload.parse(value),
  run: ({ deps, tx, payload: { requestId }, now }) => expireCopy({ deps, tx, requestId, now }),
  async onDead({ deps, tx, payload: { requestId }, now }) {
    deps.log.error({ request: requestId }, 'an expired copy could not be removed');
    await enqueue(tx, expireCopyJob, {
      payload: { requestId },
      now,
      runAt: new Date(now.getTime() + RETRY_MS),
      dedupeKey: `copy.expire:${requestId}`,
    });
  },
});
