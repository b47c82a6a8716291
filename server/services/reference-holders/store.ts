import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A holder's own records: one sealed file for each, under a name that says nothing. */
export type RecordStore<T> = {
  get(id: string): Promise<T | null>;
  /** Replaces what was there; a reader sees the one or the other, never a part. */
  put(id: string, record: T): Promise<void>;
  /** Removing what is not there is not an error. */
  remove(id: string): Promise<void>;
};

/**
 * Records as files of a folder, sealed with a key that lies beside it (AES-256-GCM, NIST SP 800-38D).
 *
 * @param durable whether each write waits for the disk; the demo's first filling does not
 */
export function recordStore<T>(
  dir: string,
  collection: string,
  { durable = true }: { durable?: boolean } = {},
): RecordStore<T> {
  const key = keyOf(dir);
  const folder = join(dir, collection);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const nameOf = (id: string) =>
    createHmac('sha256', key).update(`${collection}|${id}`).digest('hex').slice(0, 40);
  return {
    async get(id) {
      const name = nameOf(id);
      try {
        return JSON.parse(unseal(key, name, await readFile(join(folder, name)))) as T;
      } catch (cause) {
        if (isMissing(cause)) return null;
        throw cause;
      }
    },
    async put(id, record) {
      const name = nameOf(id);
      const part = join(folder, `${name}.${randomBytes(6).toString('hex')}.part`);
      const file = await open(part, 'w', 0o600);
      try {
        await file.writeFile(seal(key, name, JSON.stringify(record)));
        if (durable) await file.sync();
      } finally {
        await file.close();
      }
      await rename(part, join(folder, name));
    },
    async remove(id) {
      await rm(join(folder, nameOf(id)), { force: true });
    },
  };
}

/** Made on first use; two processes that start at once use the one that was there first. */
function keyOf(dir: string): Buffer {
  const path = join(dir, 'key');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (!existsSync(path)) {
    try {
      writeFileSync(path, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx' });
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    }
  }
  return readFileSync(path);
}

function seal(key: Buffer, name: string, text: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(name));
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

function unseal(key: Buffer, name: string, bytes: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(name));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const plain = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
  return Buffer.concat([decipher.update(plain), decipher.final()]).toString();
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
