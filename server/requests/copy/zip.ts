import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** Smaller pieces make compression several times slower. */
const CHUNK_BYTES = 64 * 1024;
const FILE_MODE = 0o100644;

/** What is known of a file of the archive once it is written. */
export type FileRecord = { path: string; bytes: number; sha256: string };

/** A file to be written: its text is asked for when its turn comes, never before. */
export type ArchiveFile = { path: string; text: () => AsyncIterable<string> };

/**
 * A ZIP archive as a stream, file after file, at the pace of its reader.
 *
 * @param written called after each file; what it learns is there for files that come later
 */
export function zipOf(
  files: readonly ArchiveFile[],
  { mtime, written }: { mtime: Date; written: (file: FileRecord) => void },
): Readable {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  let current: Readable | null = null;
  zip.on('error', (cause: Error) => output.destroy(cause));
  for (const { path, text } of files) {
    zip.addReadStreamLazy(path, { mtime, mode: FILE_MODE }, (ready) => {
      const source = Readable.from(chunksOf(path, text(), written), { objectMode: false });
      current = source;
      // yazl pipes, and a pipe passes no failures on.
      source.on('error', (cause) => output.destroy(cause));
      ready(null, source);
    });
  }
  zip.end();
  output.on('close', () => current?.destroy());
  return output;
}

async function* chunksOf(
  path: string,
  text: AsyncIterable<string>,
  written: (file: FileRecord) => void,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let bytes = 0;
  let pending: Buffer[] = [];
  let size = 0;
  const take = () => {
    const chunk = Buffer.concat(pending);
    pending = [];
    size = 0;
    hash.update(chunk);
    bytes += chunk.length;
    return chunk;
  };
  for await (const piece of text) {
    const encoded = Buffer.from(piece);
    pending.push(encoded);
    size += encoded.length;
    if (size >= CHUNK_BYTES) yield take();
  }
  if (size > 0) yield take();
  written({ path, bytes, sha256: hash.digest('hex') });
}
