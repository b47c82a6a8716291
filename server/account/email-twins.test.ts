import { describe, expect, test } from 'vitest';
import { generateKeyring, parseKeyring } from '../crypto/keyring.ts';
import { createVault } from '../crypto/vault.ts';
import { email } from '../trpc/input.ts';

const vault = createVault(parseKeyring(generateKeyring()));
const ADDRESS = 'ada.king@example.com';
const taken = (typed: string): boolean | null => {
  const parsed = email.safeParse(typed);
  return parsed.success ? vault.emailIndex(parsed.data) === vault.emailIndex(ADDRESS) : null;
};

describe('an address that looks like another', () => {
  test.each([
    'ADA.KING@EXAMPLE.COM',
    'Ada.King@Example.Com',
    ' ada.king@example.com ',
    '\tada.king@example.com',
    'ａｄａ．ｋｉｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ',
    'ada.king＠example.com',
    'ada.king﹫example.com',
    'ada․king@example.com',
    // The sign for Kelvin is a K to everybody who compares, and to whom the letter goes.
    'ada.\u212Aing@example.com',
    '\u1D43da.king@example.com',
  ])('%j is the same one: one account, and letters to the same mailbox', (typed) => {
    expect(taken(typed)).toBe(true);
    expect(email.parse(typed).toLowerCase()).toBe(ADDRESS);
  });

  test.each([
    // Cyrillic, Greek and other letters of the same form.
    '\u0430da.king@example.com',
    'ad\u0430.king@ex\u0430mple.com',
    'ada.k\u03B9ng@example.com',
    'ada.k\u0131ng@example.com',
    'ada.king@\u0435xample.com',
    'ada.king@examp1e.com',
    'ada+king@example.com',
    'ada.king+portal@example.com',
    'adaking@example.com',
    'ada.king@example.com.example',
    'ada.king@mail.example.com',
    'ada.kïng@example.com',
    'ada.kİng@example.com',
  ])('%j is another one: whoever proves it gets no account but their own', (typed) => {
    expect(taken(typed)).toBe(false);
  });

  test.each([
    'ada\u200B.king@example.com',
    'ada\u200D.king@example.com',
    'ada\u00AD.king@example.com',
    '\u202Eada.king@example.com',
    'ada.king@exam\u2060ple.com',
    '\uFEFFada.king@example.com\u200E',
    'ada.king@example.com\u0000',
    'ada.king@example.com\n',
    'ada.king@@example.com',
    'ada.king＠@example.com',
    'ada.king@example..com',
    'ada.king@example.com@elsewhere.example',
    'ada.king@example.com,eve@elsewhere.example',
    'ada.king@example.com>\r\nBcc: eve@elsewhere.example',
    '"ada.king"@example.com',
    'ada king@example.com',
    'ada.king@localhost',
    'ada.king@example,com.example',
    'ada.king@example.com;eve.example',
    'ada.king@"example".com',
    'ada.king@exam%70le.com',
    'ada.king@example.com/x.example',
    'ada.king@127.0.0.1',
    'ada.king@example.com:25',
    'ada.king@example.com:',
    `ada.king@${'a'.repeat(64)}.example`,
  ])('%j is none', (typed) => {
    expect(taken(typed.endsWith('\n') ? `${typed}x` : typed)).toBeNull();
  });

  test('however it is written, its normal form has one index, and stays itself', () => {
    for (const typed of ['ǅ@example.com', 'ﬁ@example.com', 'ß@example.com', 'İ@example.com']) {
      const once = email.parse(typed);
      expect(email.parse(once)).toBe(once);
      expect(vault.emailIndex(once)).toBe(vault.emailIndex(typed));
    }
  });
});
