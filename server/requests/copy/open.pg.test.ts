import { readFile, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { auditEvent } from '../../../db/schema/audit.ts';
import { job } from '../../../db/schema/job.ts';
import { dataSubjectRequest, exportArchive } from '../../../db/schema/request.ts';
import { DomainError } from '../../errors.ts';
import { testDeps } from '../../testing/deps.ts';
import { test } from '../../testing/pg.ts';
import { deleteCopy } from './delete.ts';
import { expireCopy } from './expire.ts';
import { DamagedCopyError } from './frames.ts';
import { openCopy, recordDownload } from './open.ts';
import { ask, contextOf, download, insertFilled, insertSessions, work } from './testing.ts';

const DAY_MS = 86_400_000;
const refusal = (code: ConstructorParameters<typeof DomainError>[0]) => new DomainError(code);

describe('a finished copy', () => {
  test('opens for its person only, and not before it is ready', async ({ connection }) => {
    const deps = testDeps(connection);
    const [ada, bo] = [await insertFilled(deps, 'ada'), await insertFilled(deps, 'bo')];
    const { reference } = await ask(deps, ada);
    const now = deps.clock();
    const open = (subjectId: string, name = reference) =>
      openCopy(deps, { subjectId, reference: name, now });
    await expect(open(ada.subjectId)).rejects.toThrow(refusal('COPY_NOT_READY'));
    await work(deps);
    await expect(open(bo.subjectId)).rejects.toThrow(refusal('NOT_FOUND'));
    await expect(open(ada.subjectId, 'R-00000000')).rejects.toThrow(refusal('NOT_FOUND'));
    const copy = await open(ada.subjectId);
    expect(copy.fileName).toBe(`easellm-copy-${reference}.zip`);
    expect((await buffer(copy.stream)).length).toBe(copy.bytes);
  });

  test('is refused when its file was altered: at the start before anything, later at the altered frame', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertFilled(deps, 'ada');
    await insertSessions(deps, ada, 10_000);
    const { reference } = await ask(deps, ada);
    await work(deps);
    const [name = ''] = await deps.exportStore.list();
    const path = `${deps.env.DATA_DIR}/${name}`;
    const sealed = await readFile(path);
    const zip = await download(deps, ada, reference);
    expect(sealed.length).toBeGreaterThan(4 * 65_536);

    const flip = (at: number) => {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ 1;
      return altered;
    };
    await writeFile(path, flip(1_000));
    await expect(download(deps, ada, reference)).rejects.toThrow(DamagedCopyError);
    await writeFile(path, sealed.subarray(0, 4));
    await expect(download(deps, ada, reference)).rejects.toThrow(DamagedCopyError);

    await writeFile(path, flip(3 * 65_552));
    const { stream } = await openCopy(deps, {
      subjectId: ada.subjectId,
      reference,
      now: deps.clock(),
    });
    let received = Buffer.alloc(0);
    const reading = (async () => {
      for await (const chunk of stream) received = Buffer.concat([received, chunk as Buffer]);
    })();
    await expect(reading).rejects.toThrow(DamagedCopyError);
    expect(received.length).toBeLessThanOrEqual(3 * 65_536);
    expect(zip.subarray(0, received.length).equals(received)).toBe(true);
  });

  test('counts its downloads, each with an event that its person can read', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertFilled(deps, 'ada');
    const { reference, id } = await ask(deps, ada);
    await work(deps);
    const { actor, subjectId, now, requestId } = contextOf(deps, ada);
    for (let times = 0; times < 2; times++) {
      await recordDownload(deps, { subjectId, reference, actor, requestId, now });
    }
    const [archive] = await connection.db
      .select()
      .from(exportArchive)
      .where(eq(exportArchive.requestId, id));
    expect(archive).toMatchObject({ downloads: 2, lastDownloadAt: now });
    expect(
      await connection.db.$count(
        auditEvent,
        and(eq(auditEvent.action, 'request.copy_downloaded'), eq(auditEvent.reference, reference)),
      ),
    ).toBe(2);
  });

  test('can be deleted early, once: its file, its key and its readability are gone at once', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const [ada, bo] = [await insertFilled(deps, 'ada'), await insertFilled(deps, 'bo')];
    const { reference, id } = await ask(deps, ada);
    await work(deps);
    await expect(deleteCopy(contextOf(deps, bo), { reference })).rejects.toThrow(
      refusal('NOT_FOUND'),
    );
    const results = await Promise.allSettled(
      [1, 2, 3].map(() => deleteCopy(contextOf(deps, ada), { reference })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(download(deps, ada, reference)).rejects.toThrow(refusal('COPY_EXPIRED'));
    expect(await deps.exportStore.list()).toEqual([]);
    const [archive] = await connection.db
      .select()
      .from(exportArchive)
      .where(eq(exportArchive.requestId, id));
    expect(archive).toMatchObject({ fileKey: '', deletedBecause: 'asked' });
    expect(
      await connection.db.$count(auditEvent, eq(auditEvent.action, 'request.copy_deleted')),
    ).toBe(1);
  });

  test('promises no day beyond the deletion that waits', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertFilled(deps, 'ada');
    const now = new Date();
    const executesAt = new Date(now.getTime() + 2 * DAY_MS);
    await connection.db
      .delete(dataSubjectRequest)
      .where(eq(dataSubjectRequest.subjectId, ada.subjectId));
    await connection.db.insert(dataSubjectRequest).values({
      id: crypto.randomUUID(),
      subjectId: ada.subjectId,
      reference: 'R-TEST-DELETION',
      kind: 'erasure',
      state: 'waiting',
      receivedAt: now,
      dueAt: new Date(now.getTime() + 30 * DAY_MS),
      executesAt,
      sections: [],
    });
    const { id } = await ask(deps, ada);
    await work(deps);
    const [archive] = await connection.db
      .select()
      .from(exportArchive)
      .where(eq(exportArchive.requestId, id));
    expect(archive?.expiresAt).toEqual(executesAt);
  });

  test('ends after seven days with its file and its key, and not a moment before', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertFilled(deps, 'ada');
    const { reference, id } = await ask(deps, ada);
    await work(deps);
    const stored = async () =>
      (await connection.db.select().from(exportArchive).where(eq(exportArchive.requestId, id)))[0];
    const expiresAt = (await stored())?.expiresAt ?? new Date(0);
    expect(expiresAt.getTime() - ((await stored())?.readyAt.getTime() ?? 0)).toBe(7 * DAY_MS);
    const [waiting] = await connection.db
      .select()
      .from(job)
      .where(eq(job.dedupeKey, `copy.expire:${id}`));
    expect(waiting?.runAt).toEqual(expiresAt);

    const run = (now: Date) =>
      connection.db.transaction((tx) => expireCopy({ deps, tx, requestId: id, now }));
    expect(await run(new Date(expiresAt.getTime() - 1))).toEqual({ runAt: expiresAt });
    await openCopy(deps, {
      subjectId: ada.subjectId,
      reference,
      now: new Date(expiresAt.getTime() - 1),
    });
    await expect(
      openCopy(deps, { subjectId: ada.subjectId, reference, now: expiresAt }),
    ).rejects.toThrow(refusal('COPY_EXPIRED'));
    expect(await run(expiresAt)).toBe('done');
    expect(await run(expiresAt)).toBe('done');
    expect(await deps.exportStore.list()).toEqual([]);
    expect(await stored()).toMatchObject({
      fileKey: '',
      deletedBecause: 'expired',
      deletedAt: expiresAt,
    });
  });
});
