import { createHmac, randomBytes, sign, verify } from 'node:crypto';
import { eq, inArray } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import type { Sealed } from '../../db/schema/column.ts';
import { keepKey, keyCheck, subjectKey } from '../../db/schema/key.ts';
import { CipherError, decrypt, encrypt } from './cipher.ts';
import type { Keyring } from './keyring.ts';
import { keyedHash } from './token.ts';

/** A key in memory, with whose it is; the owner is bound into everything sealed with it. */
export type DataKey = { readonly owner: string; readonly key: Buffer };
/** Table and column by their names in the database: `account.email`. */
export type Place = `${string}.${string}`;
/** What a token or code is for; part of its hash. */
export type TokenUse =
  | 'session'
  | 'sign_up'
  | 'verify_email'
  | 'reset_password'
  | 'welcome'
  | 'staff_invite'
  | 'lost_factors'
  | 'factor_recovery'
  | 'recovery_stop'
  | 'email_confirm'
  | 'email_undo'
  | 'recovery_code'
  | 'passkey'
  | 'webauthn_challenge'
  | 'receipt_code'
  | 'rate_limit'
  | 'known_place'
  | 'unsubscribe';

/** What does not open: altered, moved, or sealed under another key. */
export { CipherError };

const CACHE_MS = 60_000;
const CACHE_SIZE = 5_000;
const FORMAT = 'v1';
const CHECK_TEXT = 'easellm privacy portal';

/** The subject's key is gone: what it sealed can no longer be read by anybody. */
export class KeyGoneError extends Error {
  override name = 'KeyGoneError';
}

export type Vault = ReturnType<typeof createVault>;

/**
 * Everything that seals, opens, hashes for lookup, or signs. Plain keys never leave it but as `DataKey`.
 * @param reread the keyring of now where it may have changed since, or null: keys are rotated while
 *   processes run
 */
export function createVault(keyring: Keyring, reread: () => Keyring | null = () => null) {
  const cache = new Map<string, { key: DataKey; until: number }>();
  let { current, kek: keks } = keyring;

  function wrap(owner: string, key: Buffer): { kekVersion: number; wrapped: string } {
    refresh();
    return { kekVersion: current, wrapped: encrypt(kek(current), key, `wrap|${owner}`) };
  }
  function unwrap(owner: string, row: { kekVersion: number; wrapped: string }): DataKey {
    return { owner, key: decrypt(kek(row.kekVersion), row.wrapped, `wrap|${owner}`) };
  }
  /** Whether the current key is on record, and every key on record is ours. */
  async function opensAll(db: Db): Promise<boolean> {
    const rows = await db.select().from(keyCheck);
    for (const row of rows) {
      if (row.retiredAt) continue;
      const key = keks.get(row.kekVersion);
      if (key && opensCheck(key, row.sealedText)) continue;
      throw new Error(
        `The encryption keys do not belong to this database (version ${row.kekVersion} is ${key ? 'wrong' : 'missing'}). Nothing was changed.`,
      );
    }
    return rows.some((row) => row.kekVersion === current);
  }

  /** Takes over versions that came since. The other keys of a keyring never change. */
  function refresh(): void {
    const now = reread();
    if (now?.token.equals(keyring.token)) ({ current, kek: keks } = now);
  }
  function kek(version: number): Buffer {
    if (!keks.has(version)) refresh();
    const key = keks.get(version);
    if (!key) throw new CipherError('cannot open');
    return key;
  }
  function remember(key: DataKey): DataKey {
    if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value ?? '');
    cache.set(key.owner, { key, until: Date.now() + CACHE_MS });
    return key;
  }

  return {
    /** Makes the subject's key; the row commits with `tx`. */
    async createSubjectKey(tx: Tx | Db, subjectId: string, now: Date): Promise<DataKey> {
      const key: DataKey = { owner: subjectId, key: randomBytes(32) };
      await tx
        .insert(subjectKey)
        .values({ subjectId, ...wrap(subjectId, key.key), createdAt: now });
      return key;
    },
    /** A key made without a row, for bulk inserts: insert `row` with the rest. */
    newSubjectKey(subjectId: string, now: Date) {
      const key: DataKey = { owner: subjectId, key: randomBytes(32) };
      return { key, row: { subjectId, ...wrap(subjectId, key.key), createdAt: now } };
    },
    /**
     * The subject's key, from memory for at most a minute.
     * @throws {KeyGoneError} when it was destroyed
     */
    async subjectKey(tx: Tx | Db, subjectId: string): Promise<DataKey> {
      const known = cache.get(subjectId);
      if (known && known.until > Date.now()) return known.key;
      const [row] = await tx.select().from(subjectKey).where(eq(subjectKey.subjectId, subjectId));
      if (!row) throw new KeyGoneError('the key of this subject is gone');
      return remember(unwrap(subjectId, row));
    },
    /**
     * The keys of many subjects, in one statement for those not in memory.
     * @throws {KeyGoneError} when one of them was destroyed
     */
    async subjectKeys(
      tx: Tx | Db,
      subjectIds: readonly string[],
    ): Promise<ReadonlyMap<string, DataKey>> {
      const found = new Map<string, DataKey>();
      const wanted = new Set<string>();
      for (const subjectId of subjectIds) {
        const known = cache.get(subjectId);
        if (known && known.until > Date.now()) found.set(subjectId, known.key);
        else wanted.add(subjectId);
      }
      if (wanted.size === 0) return found;
      const rows = await tx
        .select()
        .from(subjectKey)
        .where(inArray(subjectKey.subjectId, [...wanted]));
      if (rows.length < wanted.size) throw new KeyGoneError('the key of a subject is gone');
      for (const row of rows) found.set(row.subjectId, remember(unwrap(row.subjectId, row)));
      return found;
    },
    /** Deletes the key with `tx` and forgets it here; other processes forget it within a minute. */
    async destroySubjectKey(tx: Tx, subjectId: string): Promise<void> {
      await tx.delete(subjectKey).where(eq(subjectKey.subjectId, subjectId));
      cache.delete(subjectId);
    },
    /** Makes the key of one keep, which ends with it. */
    async createKeepKey(
      tx: Tx,
      keep: { id: string; ground: string; endsAt: Date; now: Date },
    ): Promise<DataKey> {
      const key: DataKey = { owner: keep.id, key: randomBytes(32) };
      await tx.insert(keepKey).values({
        id: keep.id,
        ...wrap(keep.id, key.key),
        ground: keep.ground,
        createdAt: keep.now,
        endsAt: keep.endsAt,
      });
      return key;
    },
    /** @throws {KeyGoneError} when the keep has ended */
    async keepKey(tx: Tx | Db, id: string): Promise<DataKey> {
      const [row] = await tx.select().from(keepKey).where(eq(keepKey.id, id));
      if (!row) throw new KeyGoneError('the key of this keep is gone');
      return unwrap(id, row);
    },
    /** Version of the key that new ones are wrapped under. */
    currentVersion(): number {
      refresh();
      return current;
    },
    /**
     * The same data key under the current version, for a row that is under another one.
     * @throws {CipherError} when the row does not open
     */
    rewrap(
      owner: string,
      row: { kekVersion: number; wrapped: string },
    ): { kekVersion: number; wrapped: string } {
      return wrap(owner, unwrap(owner, row).key);
    },
    /** Seals one value for one place; the same text opens nowhere else. */
    seal(key: DataKey, place: Place, plain: string): Sealed {
      return `${FORMAT}.${encrypt(key.key, Buffer.from(plain), `${place}|${key.owner}|${FORMAT}`)}` as Sealed;
    },
    /** @throws {CipherError} when the text was altered, moved, or sealed under another key */
    unseal(key: DataKey, place: Place, text: Sealed): string {
      if (!text.startsWith(`${FORMAT}.`)) throw new CipherError('cannot open');
      return decrypt(
        key.key,
        text.slice(FORMAT.length + 1),
        `${place}|${key.owner}|${FORMAT}`,
      ).toString();
    },
    /** Blind index of an address: the same address, however written, gives the same keyed hash. */
    emailIndex(email: string): string {
      return keyedHash(keyring.index, 'email', normaliseEmail(email));
    },
    /** What is stored of a token or code. */
    hashToken(use: TokenUse, token: string): string {
      return keyedHash(keyring.token, use, token);
    },
    /** MAC over a row's decisive fields; an edit by SQL no longer fits it. */
    rowMac(table: string, fields: readonly (string | number | boolean | null)[]): string {
      return createHmac('sha256', keyring.mac)
        .update(JSON.stringify([table, ...fields]))
        .digest('hex');
    },
    /** Ed25519 over the text, base64. */
    sign(text: string): string {
      return sign(null, Buffer.from(text), keyring.signing).toString('base64');
    },
    verify(text: string, signature: string): boolean {
      return verify(null, Buffer.from(text), keyring.verifying, Buffer.from(signature, 'base64'));
    },
    /** Public key for others to check signatures with, SPKI PEM. */
    publicKey(): string {
      return keyring.verifying.export({ type: 'spki', format: 'pem' }).toString();
    },
    /**
     * Compares the keys with the known text in the database and leaves one there on first use.
     * @throws {Error} one sentence, when the keys are not those this database was sealed with
     */
    async checkKeys(db: Db, now: Date): Promise<void> {
      refresh();
      if (await opensAll(db)) return;
      await db
        .insert(keyCheck)
        .values({
          kekVersion: current,
          sealedText: encrypt(kek(current), Buffer.from(CHECK_TEXT), 'key_check'),
          createdAt: now,
        })
        .onConflictDoNothing();
      // Of two processes with different keys that start at once on an empty database, one is first.
      await opensAll(db);
    },
  };
}

/** One spelling of an address: NFKC, lower case, no white space around it. */
export function normaliseEmail(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase();
}

function opensCheck(key: Buffer, text: string): boolean {
  try {
    return decrypt(key, text, 'key_check').toString() === CHECK_TEXT;
  } catch {
    return false;
  }
}
