import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { eq, sql } from 'drizzle-orm';
import { fromBuffer } from 'yauzl';
import { type Section, sections } from '../../../db/data-map/vocabulary.ts';
import { job } from '../../../db/schema/job.ts';
import { dataSubjectRequest, exportArchive } from '../../../db/schema/request.ts';
import { newId } from '../../crypto/token.ts';
import type { Deps } from '../../deps.ts';
import type { JobDefinition } from '../../jobs/define.ts';
import { runNext } from '../../jobs/runner.ts';
import { type FilledPerson, fillPerson } from '../../testing/fill.ts';
import type { ExportStore } from '../store.ts';
import { askCopy } from './ask.ts';
import { copyJobs } from './jobs.ts';
import { openCopy } from './open.ts';

export const everySection = Object.keys(sections) as Section[];
const jobs = new Map(
  copyJobs.map((definition) => [definition.kind, definition as unknown as JobDefinition]),
);

/** A person with a row in every table and no request under way. */
export async function insertFilled(deps: Deps, tag: string): Promise<FilledPerson> {
  const { connection, vault } = deps;
  const person = await fillPerson(connection.db, vault, { tag, now: deps.clock() });
  await connection.db.delete(exportArchive).where(eq(exportArchive.subjectId, person.subjectId));
  await connection.db
    .delete(dataSubjectRequest)
    .where(eq(dataSubjectRequest.subjectId, person.subjectId));
  return person;
}

export function contextOf(deps: Deps, { subjectId }: { subjectId: string }, now = deps.clock()) {
  const actor = { kind: 'subject', subjectId, sessionHandle: crypto.randomUUID() } as const;
  return { deps, subjectId, actor, now, requestId: newId(now) };
}

/** Asks for a copy and answers with the ids of its request. */
export async function ask(
  deps: Deps,
  person: { subjectId: string },
  chosen: readonly Section[] = everySection,
) {
  const { reference } = await askCopy(contextOf(deps, person), { sections: chosen });
  const [request] = await deps.connection.db
    .select()
    .from(dataSubjectRequest)
    .where(eq(dataSubjectRequest.reference, reference));
  if (!request) throw new Error('no request');
  return { reference, id: request.id };
}

/** Runs one job on copies as the runner does, at once, even if it waits for its next attempt. */
export async function work(
  deps: Deps,
  { kind = 'copy.build', signal = new AbortController().signal } = {},
): Promise<void> {
  await deps.connection.db
    .update(job)
    .set({ runAt: new Date(0) })
    .where(eq(job.kind, kind));
  if (!(await runNext(deps, jobs, [kind], signal))) throw new Error('no such job waits');
}

export async function download(
  deps: Deps,
  { subjectId }: { subjectId: string },
  reference: string,
): Promise<Buffer> {
  const { stream } = await openCopy(deps, {
    subjectId,
    reference,
    now: deps.clock(),
  });
  return buffer(stream);
}

/** Files of a ZIP by name, read by a program that is not the one that wrote it. */
export function unzip(archive: Buffer): Promise<Map<string, Buffer>> {
  return new Promise((resolve, reject) => {
    const files = new Map<string, Buffer>();
    fromBuffer(archive, { lazyEntries: true }, (cause, zip) => {
      if (cause) return reject(cause);
      zip.on('error', reject);
      zip.on('end', () => resolve(files));
      zip.on('entry', (entry) => {
        zip.openReadStream(entry, (failed, stream) => {
          if (failed) return reject(failed);
          buffer(stream)
            .then((content) => {
              files.set(entry.fileName, content);
              zip.readEntry();
            })
            .catch(reject);
        });
      });
      zip.readEntry();
    });
  });
}

/** A store that tells how many bytes went by, and waits for what is done about it; it may also fail. */
export function watchedStore(
  inner: ExportStore,
  onBytes: (bytes: number) => void | Promise<void>,
): ExportStore {
  return {
    ...inner,
    async create(name) {
      const object = await inner.create(name);
      object.stream.on('error', () => {});
      let bytes = 0;
      const stream = new Writable({
        write(chunk: Buffer, _encoding, done) {
          bytes += chunk.length;
          Promise.resolve()
            .then(() => onBytes(bytes))
            .then(() => object.stream.write(chunk, done), done);
        },
        final(done) {
          object.stream.end(done);
        },
      });
      return {
        stream,
        async commit() {
          stream.end();
          await finished(stream);
          await object.commit();
        },
        async abort() {
          stream.destroy();
          await object.abort();
        },
      };
    },
  };
}

/** GPU sessions of one person, a minute apart. */
export async function insertSessions(
  deps: Deps,
  { subjectId }: { subjectId: string },
  count: number,
): Promise<void> {
  await deps.connection.db.execute(sql`
    insert into gpu_session (id, subject_id, gpu_type, gpu_count, milli_gpu, cpu_milli, memory_mib, data_centre, image,
      quality_of_service, started_at, ended_at, gpu_seconds, bytes_in, bytes_out, source_system)
    select gen_random_uuid(), ${subjectId}::uuid, 'H100', 1, 1000, 4000, 65536, 'frankfurt', md5(n::text),
      'guaranteed', now() - n * interval '1 minute', now() - n * interval '1 minute' + interval '50 seconds', 50, n, n, 'scheduler'
    from generate_series(1, ${count}) as n`);
}
