import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { subjectTables, unlinkedTables } from '../../db/data-map/index.ts';
import type { Sealed } from '../../db/schema/column.ts';
import { generateKeyring, parseKeyring } from './keyring.ts';
import { newCode, newId } from './token.ts';
import { CipherError, createVault, type DataKey, type Place, type TokenUse } from './vault.ts';

const vault = createVault(parseKeyring(generateKeyring()));
const now = new Date();
const person = () => vault.newSubjectKey(newId(now), now).key;

/** Every column whose values are sealed, as the map says. */
const places = [...subjectTables, ...unlinkedTables].flatMap(({ sqlName, columns }) =>
  columns
    .filter(({ storage }) => storage === 'sealed')
    .map((column): Place => `${sqlName}.${column.sqlName}`),
);

function opens(key: DataKey, place: Place, text: Sealed): boolean {
  try {
    vault.unseal(key, place, text);
    return true;
  } catch (cause) {
    if (cause instanceof CipherError) return false;
    throw cause;
  }
}

test('a sealed value opens in its own column for its own person, and in no other column, for nobody else, and under no other format', () => {
  expect(places.length).toBeGreaterThan(20);
  const [ada, eve] = [person(), person()];
  for (const place of places) {
    const text = vault.seal(ada, place, 'Ada Lovelace');
    expect(vault.unseal(ada, place, text)).toBe('Ada Lovelace');
    const elsewhere = places.filter((other) => other !== place && opens(ada, other, text));
    expect([place, elsewhere]).toEqual([place, []]);
    expect([place, opens(eve, place, text)]).toEqual([place, false]);
    // Whoever could write would move the wrapped key along: whose it is, is part of the seal.
    expect([place, opens({ owner: eve.owner, key: ada.key }, place, text)]).toEqual([place, false]);
    for (const altered of [text.replace('v1.', 'v2.'), text.slice(3), `${text}.`, ''])
      expect([place, opens(ada, place, altered as Sealed)]).toEqual([place, false]);
  }
});

test('a wrapped key that was moved to somebody else opens nothing', () => {
  const { key, row } = vault.newSubjectKey(newId(now), now);
  expect(vault.rewrap(key.owner, row).kekVersion).toBe(1);
  expect(() => vault.rewrap(newId(now), row)).toThrow(CipherError);
});

test('who has the index of addresses and guesses them finds none without its key: by no plain hash, and by none with another key', () => {
  const guesses = ['ada@example.test', 'ADA@example.test', ' ada@example.test'];
  const stored = vault.emailIndex('ada@example.test');
  // Its owner is found, however they write it: this is what is searched for.
  expect(guesses.map((guess) => vault.emailIndex(guess))).toEqual([stored, stored, stored]);
  const others = ['', 'email', 'easellm'];
  for (const guess of guesses)
    for (const text of [guess, `email\0${guess}`, `email${guess}`, `email:${guess}`])
      for (const hash of ['md5', 'sha1', 'sha256', 'sha512', 'sha3-256'])
        for (const shown of ['hex', 'base64', 'base64url'] as const) {
          const plain = createHash(hash).update(text).digest(shown);
          const keyed = others.map((key) => createHmac(hash, key).update(text).digest(shown));
          expect([plain, ...keyed]).not.toContain(stored);
        }
  expect(createVault(parseKeyring(generateKeyring())).emailIndex('ada@example.test')).not.toBe(
    stored,
  );
});

test('what is stored of a code or token tells nothing without the key, and fits one use', () => {
  const code = newCode(6);
  const uses: TokenUse[] = ['recovery_code', 'session', 'reset_password', 'email_undo'];
  const stored = uses.map((use) => vault.hashToken(use, code));
  expect(new Set(stored).size).toBe(uses.length);
  for (const hash of ['md5', 'sha1', 'sha256', 'sha512'])
    for (const text of [code, ...uses.map((use) => `${use}\0${code}`)])
      expect(stored).not.toContain(createHash(hash).update(text).digest('hex'));
  for (const text of stored) expect(text).not.toContain(code);
});
