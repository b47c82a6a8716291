import { once } from 'node:events';
import { pipeline, type Readable } from 'node:stream';
import { and, eq, sql } from 'drizzle-orm';
import { type Tx, withSubject } from '../../../db/connect.ts';
import { dataSubjectRequest, exportArchive } from '../../../db/schema/request.ts';
import type { Actor } from '../../actor.ts';
import { recordAudit } from '../../audit/record.ts';
import type { Deps } from '../../deps.ts';
import { DomainError } from '../../errors.ts';
import { inOrder } from './contents.ts';
import { DamagedCopyError, openFrames, tally } from './frames.ts';
import { framePlace } from './objects.ts';

export type OpenedCopy = {
  /** The plain ZIP. Fails with a `DamagedCopyError` at the first frame that was altered, before emitting it. */
  stream: Readable;
  bytes: number;
  sha256: string;
  fileName: string;
};

type Wanted = { subjectId: string; reference: string; now: Date };

/**
 * Opens a person's copy for download.
 *
 * @throws {DomainError} NOT_FOUND, COPY_NOT_READY, or COPY_EXPIRED once its days are over or it was deleted
 * @throws {DamagedCopyError} when the file does not begin as it was written
 */
export async function openCopy(deps: Deps, wanted: Wanted): Promise<OpenedCopy> {
  const { request, archive, key } = await withSubject(
    deps.connection.db,
    wanted.subjectId,
    'read',
    async (tx) => {
      const found = await readyCopy(tx, wanted);
      const subjectKey = await deps.vault.subjectKey(tx, wanted.subjectId);
      const text = deps.vault.unseal(subjectKey, 'export_archive.file_key', found.archive.fileKey);
      return { ...found, key: Buffer.from(text, 'base64') };
    },
  );
  const source = await deps.exportStore.open(archive.objectName);
  const whole = tally(({ bytes, sha256 }) => {
    if (bytes !== archive.plainBytes || sha256 !== archive.sha256)
      throw new DamagedCopyError('the file of this copy is damaged');
  });
  pipeline(source, openFrames({ key, place: framePlace(request.id) }), whole, (cause) => {
    if (cause && !whole.destroyed) whole.destroy(cause);
  });
  // A file that does not open at all is refused here, while there is still somebody to be told.
  await once(whole, 'readable');
  return {
    stream: whole,
    bytes: archive.plainBytes,
    sha256: archive.sha256,
    fileName: `easellm-copy-${request.reference}.zip`,
  };
}

/** Notes a download, where its person sees it. */
export async function recordDownload(
  deps: Deps,
  { actor, requestId, ...wanted }: Wanted & { actor: Actor; requestId: string },
): Promise<void> {
  const { subjectId, reference, now } = wanted;
  await withSubject(deps.connection.db, subjectId, 'write', async (tx) => {
    const { request } = await readyCopy(tx, wanted);
    await tx
      .update(exportArchive)
      .set({ downloads: sql`${exportArchive.downloads} + 1`, lastDownloadAt: now })
      .where(eq(exportArchive.requestId, request.id));
    await recordAudit(tx, deps.vault, {
      action: 'request.copy_downloaded',
      actor,
      subjectId,
      purpose: 'privacy_rights',
      sections: inOrder(request.sections),
      reference,
      requestId,
      now,
    });
  });
}

/** The copy of a reference, while it can be had. */
export async function readyCopy(tx: Tx, { subjectId, reference, now }: Wanted) {
  const [found] = await tx
    .select({ request: dataSubjectRequest, archive: exportArchive })
    .from(dataSubjectRequest)
    .leftJoin(exportArchive, eq(exportArchive.requestId, dataSubjectRequest.id))
    .where(
      and(
        eq(dataSubjectRequest.subjectId, subjectId),
        eq(dataSubjectRequest.reference, reference),
        eq(dataSubjectRequest.kind, 'portability'),
      ),
    );
  if (!found) throw new DomainError('NOT_FOUND');
  const { request, archive } = found;
  if (!archive) throw new DomainError('COPY_NOT_READY');
  if (archive.deletedAt || archive.expiresAt <= now) throw new DomainError('COPY_EXPIRED');
  return { request, archive };
}
