import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { type Keyring, parseKeyring } from './keyring.ts';

/** A sentence for the operator about the file of keys. */
export class KeysFileError extends Error {
  override name = 'KeysFileError';
}

/**
 * Reads the file of keys again where it has changed: what a vault asks when it meets a version it does not
 * know, or makes a key. A file that is being written is read with the next question.
 */
export function rereadKeys(path: string): () => Keyring | null {
  let read = '';
  return () => {
    try {
      const { mtimeMs, size, ino } = statSync(path);
      const seen = `${mtimeMs} ${size} ${ino}`;
      if (seen === read) return null;
      const keyring = parseKeyring(readFileSync(path, 'utf8'));
      read = seen;
      return keyring;
    } catch {
      // Away or half written: what is known goes on, and a version that is not known does not open.
      return null;
    }
  };
}

/**
 * Puts a changed text into the file of keys, and the one of before into `<file>.previous`. It is written in
 * place, not renamed: a file that is mounted into a container would otherwise stay the old one there.
 * @throws {KeysFileError} when the file cannot be written, before anything was changed
 */
export function writeKeysFile(path: string, change: (text: string) => string): void {
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  const { mode } = statSync(path);
  const previous = `${path}.previous`;
  try {
    writeDurably(previous, before, 'w');
    chmodSync(previous, 0o600);
    chmodSync(path, mode | 0o200);
    accessSync(path, constants.W_OK);
  } catch {
    throw new KeysFileError(
      `${path} cannot be written. Run this where it lies, as its owner, with ENCRYPTION_KEYS_FILE set to it.`,
    );
  }
  writeDurably(path, after, 'r+');
  chmodSync(path, mode);
}

/** Whoever reads while it is written finds no JSON and asks again. */
function writeDurably(path: string, text: string, flags: 'w' | 'r+'): void {
  const file = openSync(path, flags, 0o600);
  try {
    const bytes = Buffer.from(text);
    writeSync(file, bytes, 0, bytes.length, 0);
    ftruncateSync(file, bytes.length);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
