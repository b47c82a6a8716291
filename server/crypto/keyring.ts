import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const key32 = z
  .base64()
  .refine((text) => Buffer.from(text, 'base64').length === 32, 'not 32 bytes');
const keyringFile = z.strictObject({
  current: z.int().positive(),
  /** Key-encryption keys by version; old versions stay until nothing is wrapped under them. */
  kek: z.record(z.string().regex(/^[1-9]\d*$/), key32),
  /** For blind indexes. */
  index: key32,
  /** For hashes of tokens and codes. */
  token: key32,
  /** For row MACs. */
  mac: key32,
  /** Ed25519, PKCS #8 PEM: receipts and manifests. */
  signing: z.string().startsWith('-----BEGIN PRIVATE KEY-----'),
});

/** Keys that live outside the database. Without them a dump says nothing. */
export type Keyring = {
  current: number;
  kek: ReadonlyMap<number, Buffer>;
  index: Buffer;
  token: Buffer;
  mac: Buffer;
  signing: KeyObject;
  verifying: KeyObject;
};

/**
 * Reads a keyring from its JSON text.
 * @throws {Error} one sentence that names what is wrong, never a key
 */
export function parseKeyring(text: string): Keyring {
  const file = checked(text);
  const signing = createPrivateKey(file.signing);
  return {
    current: file.current,
    kek: new Map(Object.entries(file.kek).map(([version, key]) => [Number(version), bytes(key)])),
    index: bytes(file.index),
    token: bytes(file.token),
    mac: bytes(file.mac),
    signing,
    verifying: createPublicKey(signing),
  };
}

function checked(text: string): z.infer<typeof keyringFile> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('The encryption keys are not valid JSON.');
  }
  const parsed = keyringFile.safeParse(json);
  if (!parsed.success) {
    const places = parsed.error.issues.map((issue) => issue.path.join('.') || 'file').join(', ');
    throw new Error(`The encryption keys are incomplete or damaged: ${places}.`);
  }
  const file = parsed.data;
  if (!file.kek[String(file.current)])
    throw new Error('The encryption keys lack their current version.');
  return file;
}

/** The same keyring with a new key-encryption key, which is the current one. */
export function withNewVersion(text: string): { text: string; version: number } {
  const file = checked(text);
  const version = Math.max(...Object.keys(file.kek).map(Number)) + 1;
  const kek = { ...file.kek, [version]: randomBytes(32).toString('base64') };
  return { text: JSON.stringify({ ...file, current: version, kek }), version };
}

/**
 * The same keyring without a version.
 * @throws {Error} when it is the current one
 */
export function withoutVersion(text: string, version: number): string {
  const file = checked(text);
  if (file.current === version) throw new Error('The current version cannot be taken away.');
  const { [String(version)]: _, ...kek } = file.kek;
  return JSON.stringify({ ...file, kek });
}

/** A new keyring as JSON text, for a first start. */
export function generateKeyring(): string {
  const fresh = () => randomBytes(32).toString('base64');
  const { privateKey } = generateKeyPairSync('ed25519');
  return JSON.stringify({
    current: 1,
    kek: { 1: fresh() },
    index: fresh(),
    token: fresh(),
    mac: fresh(),
    signing: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  });
}

/**
 * The keyring of a data directory, made on the first start (file mode 0600). Of several processes that
 * start at once one makes it, whole before it has its name; the others read that one.
 */
export function keyringOfDirectory(path: string): Keyring {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const made = `${path}.${process.pid}`;
    writeFileSync(made, generateKeyring(), { mode: 0o600 });
    try {
      linkSync(made, path);
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    } finally {
      rmSync(made);
    }
  }
  return parseKeyring(readFileSync(path, 'utf8'));
}

function bytes(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}
