import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { type Entry, open, type ZipFile } from 'yauzl';

const openZip = promisify<string, ZipFile>((path, done) =>
  open(path, { lazyEntries: true }, done as never),
);

/** Files of a ZIP by name, read by a program that is not the one that wrote it. */
export async function filesOf(path: string): Promise<Map<string, Buffer>> {
  const zip = await openZip(path);
  const files = new Map<string, Buffer>();
  await new Promise<void>((resolve, reject) => {
    zip.once('error', reject);
    zip.once('end', resolve);
    zip.on('entry', (entry: Entry) => {
      zip.openReadStream(entry, (cause, stream) => {
        if (cause) return reject(cause);
        buffer(stream).then((content) => {
          files.set(entry.fileName, content);
          zip.readEntry();
        }, reject);
      });
    });
    zip.readEntry();
  });
  return files;
}
