import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateKeyring, parseKeyring } from '../crypto/keyring.ts';
import { createVault } from '../crypto/vault.ts';
import { email } from './input.ts';

const ADDRESSES = 500;
/** The same inputs each time: whether a change is taken must not hang on chance. */
const SEED = 20_261_130;
/** Of a hundred that are made so many must be taken, or what holds of those that are says little. */
const TAKEN = 0.2;
const vault = createVault(parseKeyring(generateKeyring()));

const odd = fc.constantFrom(
  ...['\r\n', '\n', '\r', '\u0000', '\t', '\u0085', '\u2028', '\u200b', '\u202e', '\u00ad', ' '],
  ...[
    '@',
    '＠',
    '﹫',
    '.',
    '..',
    '．',
    '。',
    ',',
    ';',
    ':',
    '<',
    '>',
    '"',
    '\\',
    '(',
    ')',
    '[',
    ']',
  ],
  ...[
    '%',
    '%0a',
    '%0d%0a',
    '%40',
    '/',
    '?',
    '#',
    '_',
    '-',
    '--',
    'xn--',
    'xn--zz--',
    '&',
    '=',
    '+',
  ],
  ...['ß', 'ς', 'ı', 'İ', 'ﬁ', 'Å', 'é', 'ａ', 'а', '中', 'ع', 'א', '🙂', '\ud800', '１', '²', '℀'],
);
const label = fc.oneof(
  fc.stringMatching(/^[a-z0-9]{1,12}$/),
  fc.stringMatching(/^[a-z0-9-]{1,20}$/),
  fc.constantFrom(
    'münchen',
    'bücher',
    '例え',
    'пример',
    'xn--mnchen-3ya',
    'a'.repeat(63),
    'a'.repeat(64),
  ),
);
const domain = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
const local = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,70}$/),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
);
const plain = fc.oneof(
  { weight: 3, arbitrary: fc.emailAddress() },
  { weight: 3, arbitrary: fc.tuple(local, domain).map(([name, host]) => `${name}@${host}`) },
);
/** Something odd put somewhere into an address. */
const bent = fc
  .tuple(plain, odd, fc.nat(80))
  .map(([address, sign, at]) => `${address.slice(0, at)}${sign}${address.slice(at)}`);
const typed = fc.oneof(
  { weight: 4, arbitrary: plain },
  { weight: 4, arbitrary: bent },
  { weight: 1, arbitrary: fc.tuple(bent, bent).map(([one, other]) => `${one}${other}`) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
);

test('of five hundred addresses, plain, bent and broken, each that is taken is one line with one @, no longer than mail allows, at a host that has a name', () => {
  let [made, taken] = [0, 0];
  fc.assert(
    fc.property(typed, (text) => {
      made += 1;
      const parsed = email.safeParse(text);
      if (!parsed.success) return;
      taken += 1;
      const address = parsed.data;
      // Nothing that ends a header of a letter, or hides in it.
      expect(address).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s<>,;]/u);
      expect(address.isWellFormed()).toBe(true);
      expect(address.split('@')).toHaveLength(2);
      const [name = '', host = ''] = address.split('@');
      expect(name.length).toBeGreaterThan(0);
      expect(name.length).toBeLessThanOrEqual(64);
      expect(address.length).toBeLessThanOrEqual(254);
      const ascii = domainToASCII(host);
      expect(ascii).not.toBe('');
      expect(ascii.length).toBeLessThanOrEqual(253);
      for (const part of ascii.split('.')) {
        expect(part.length).toBeGreaterThan(0);
        expect(part.length).toBeLessThanOrEqual(63);
      }
      // It stays itself, and however it is written it is one account.
      expect(email.parse(address)).toBe(address);
      expect(vault.emailIndex(address)).toBe(vault.emailIndex(text));
    }),
    { numRuns: ADDRESSES, seed: SEED },
  );
  expect(made).toBeGreaterThanOrEqual(ADDRESSES);
  expect(taken / made).toBeGreaterThan(TAKEN);
});
