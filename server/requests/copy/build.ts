import { randomBytes } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { and, eq, ne } from 'drizzle-orm';
import { inSnapshot } from '../../../db/data-map/export.ts';
import type { Unseal } from '../../../db/data-map/view.ts';
import { dataSubjectRequest, requestStep } from '../../../db/schema/request.ts';
import { CipherError, type DataKey, KeyGoneError, type Vault } from '../../crypto/vault.ts';
import type { Deps } from '../../deps.ts';
import type { JobOutcome, JobRun } from '../../jobs/define.ts';
import { finishStep, startStep } from '../steps.ts';
import { inOrder } from './contents.ts';
import { type BuiltCopy, deliverCopy } from './deliver.ts';
import { sealFrames, type Tally, tally } from './frames.ts';
import type { HolderInCopy } from './holder-in-copy.ts';
import { holdersInCopy, openAnswer, waitForHolders } from './holders.ts';
import { keepAlive } from './keep-alive.ts';
import { framePlace, objectNameOf, removeObjects } from './objects.ts';
import { countContents, packCopy } from './pack.ts';
import { CopyNotWanted, reporter } from './progress.ts';
import { positionOf, type StepPositions, stepPositions } from './steps.ts';

const KEY_BYTES = 32;
type Request = typeof dataSubjectRequest.$inferSelect;

/**
 * Builds the copy of a request and delivers it. Nothing it writes counts before the job's transaction
 * commits: until then an attempt is a file nobody knows, which the next attempt removes. So it may be
 * killed at any moment and as often as one likes, and there is one copy, one letter and one event.
 */
export async function buildCopy({
  deps,
  tx,
  payload: { requestId },
  now,
  attempt,
  signal,
}: JobRun<{ requestId: string }>): Promise<JobOutcome> {
  const started = performance.now();
  const [request] = await tx
    .select()
    .from(dataSubjectRequest)
    .where(eq(dataSubjectRequest.id, requestId));
  if (request?.state === 'completed') return 'done';
  await removeObjects(deps.exportStore, requestId);
  if (request?.state !== 'running') return 'done';
  const positions = await stepPositions(tx, requestId);
  const lookAgainAt = await waitForHolders({ deps, tx, request, positions, now });
  if (lookAgainAt) return { runAt: lookAgainAt };

  const holders = await holdersInCopy(tx, request);
  const objectName = objectNameOf(requestId, attempt);
  const lost = new AbortController();
  const stopBeating = keepAlive(tx, lost);
  try {
    const key = await deps.vault.subjectKey(deps.connection.db, request.subjectId);
    const built = await writeCopy({
      deps,
      key,
      request,
      holders,
      positions,
      objectName,
      now,
      signal: AbortSignal.any([signal, lost.signal]),
    });
    await stopBeating();
    const readyAt = new Date(now.getTime() + Math.round(performance.now() - started));
    if (!(await deliverCopy({ deps, tx, key, request, built, now: readyAt })))
      throw new CopyNotWanted('nobody waits for this copy');
    return 'done';
  } catch (cause) {
    // Its own only: when this attempt has lost its job, another may be writing already.
    await deps.exportStore.remove(objectName);
    // Cancelled, or erased with its key: there is nobody to make it for.
    if (cause instanceof CopyNotWanted || cause instanceof KeyGoneError) return 'done';
    throw cause;
  } finally {
    await stopBeating();
  }
}

type Attempt = {
  deps: Deps;
  key: DataKey;
  request: Request;
  holders: readonly HolderInCopy[];
  positions: StepPositions;
  objectName: string;
  now: Date;
  signal: AbortSignal;
};

/** Reads, packs, seals and stores, as one stream: memory does not grow with the data. */
async function writeCopy({
  deps,
  key,
  request,
  holders,
  positions,
  objectName,
  now,
  signal,
}: Attempt): Promise<BuiltCopy> {
  const { connection, exportStore, vault } = deps;
  const { id: requestId, subjectId, reference } = request;
  const collect = { requestId, position: positionOf(positions, 'collect'), now };
  const seal = { requestId, position: positionOf(positions, 'seal'), now };
  const fileKey = randomBytes(KEY_BYTES);
  const unreadable = new Map<string, number>();
  const unseal = unsealer(vault, key, unreadable);

  await resetSteps(deps, requestId);
  const object = await exportStore.create(objectName);
  // Failures come through the pipeline; a write that ends after that has nobody left to tell.
  object.stream.on('error', () => {});
  try {
    let plain: Tally = { bytes: 0, sha256: '' };
    const contents = await inSnapshot(
      connection,
      { subjectId, unseal, signal },
      async (snapshot) => {
        const counted = await countContents(snapshot, {
          reference,
          sections: inOrder(request.sections),
          holders,
        });
        await startStep(connection.db, { ...collect, rowsTotal: rowsOf(counted) });
        const report = reporter(connection.db, collect);
        await pipeline(
          // Every row is read for two files; it is collected when both have it.
          packCopy(snapshot, counted, {
            vault,
            unreadable,
            answerOf: (taskId) => openAnswer(deps, { key, taskId }),
            read: (rows) => report(Math.floor(rows / 2)),
          }),
          tally((result) => {
            plain = result;
          }),
          sealFrames({ key: fileKey, place: framePlace(requestId) }),
          object.stream,
          { signal, end: false },
        );
        return counted;
      },
    );
    const rows = rowsOf(contents);
    await connection.db.transaction((tx) => finishStep(tx, { ...collect, rowsDone: rows }));
    await startStep(connection.db, seal);
    await object.commit();
    await connection.db.transaction((tx) => finishStep(tx, { ...seal, rowsDone: 0 }));
    return { objectName, fileKey, ...plain, rows, takenAt: contents.takenAt, holders, positions };
  } catch (cause) {
    await object.abort();
    throw cause;
  }
}

/** An earlier attempt may have come further than this one is now. The holders are not asked again. */
async function resetSteps({ connection: { db } }: Deps, requestId: string): Promise<void> {
  await db
    .update(requestStep)
    .set({ state: 'waiting', rowsDone: 0, finishedAt: null })
    .where(and(eq(requestStep.requestId, requestId), ne(requestStep.name, 'holders')));
}

function rowsOf({ tables }: { tables: readonly { rows: number }[] }): number {
  return tables.reduce((sum, { rows }) => sum + rows, 0);
}

/** Opens the person's sealed values; those that their key does not open are null, and are counted. */
function unsealer(vault: Vault, key: DataKey, unreadable: Map<string, number>): Unseal {
  return (place, text) => {
    try {
      return vault.unseal(key, place, text);
    } catch (cause) {
      if (!(cause instanceof CipherError)) throw cause;
      const [table = ''] = place.split('.');
      unreadable.set(table, (unreadable.get(table) ?? 0) + 1);
      return null;
    }
  };
}
