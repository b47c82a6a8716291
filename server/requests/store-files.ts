import { createReadStream, createWriteStream } from 'node:fs';
import { access, constants, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { ExportStore } from './store.ts';

const NAME = /^[a-z0-9-]{1,120}$/;

/**
 * Copies as files of one folder. An object is written as `<name>.part`, synced and renamed, so that a
 * name either holds all of it or does not exist.
 */
export function fileStore(dir: string): ExportStore {
  const path = (name: string) => {
    if (!NAME.test(name)) throw new RangeError('not a name of this store');
    return join(dir, name);
  };
  return {
    async create(name) {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const part = `${path(name)}.part`;
      const stream = createWriteStream(part, { mode: 0o600, flags: 'w', highWaterMark: 1 << 20 });
      return {
        stream,
        async commit() {
          stream.end();
          await finished(stream, { readable: false });
          await sync(part);
          await rename(part, path(name));
          await sync(dir);
        },
        async abort() {
          stream.destroy();
          await rm(part, { force: true });
        },
      };
    },
    async open(name) {
      const file = path(name);
      await access(file, constants.R_OK);
      return createReadStream(file, { highWaterMark: 1 << 20 });
    },
    async remove(name) {
      await rm(path(name), { force: true });
      await rm(`${path(name)}.part`, { force: true });
    },
    async list() {
      try {
        return (await readdir(dir)).map((file) => file.replace(/\.part$/, ''));
      } catch {
        return [];
      }
    },
    async writable() {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await access(dir, constants.W_OK);
      return true;
    },
  };
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
