import { describe, expect, test } from 'vitest';
import { DomainError } from '../errors.ts';
import { changePasswordInput, signInInput } from './input.ts';
import { assertAcceptablePassword, hashPassword, verifyPassword } from './password.ts';

const ada = { email: 'ada.lovelace@analytical-engines.example', name: 'Ada Lovelace' };

function refusalOf(password: string): string | null {
  try {
    assertAcceptablePassword(password, ada);
    return null;
  } catch (cause) {
    if (cause instanceof DomainError) return cause.code;
    throw cause;
  }
}

describe('a new password', () => {
  test('has twelve characters or more, as people count them, and is asked for nothing else', () => {
    expect(refusalOf('kettle moon')).toBe('PASSWORD_TOO_SHORT');
    expect(refusalOf('kettle moons')).toBeNull();
    // Eleven with an accent that was typed apart, which makes twelve code points.
    expect(refusalOf('kettle moo\u0301n'.slice(0, 12))).toBe('PASSWORD_TOO_SHORT');
    expect(refusalOf(`${'🦊'.repeat(3)}ketlmon`)).toBe('PASSWORD_TOO_SHORT');
    for (const plain of ['violet harbour lantern', '7194 0386 5527', 'ПРИВЕТ, старый дом'])
      expect([plain, refusalOf(plain)]).toEqual([plain, null]);
  });

  test.each([
    ['password1234', 'PASSWORD_TOO_COMMON'],
    ['Sunshine2024!', 'PASSWORD_TOO_COMMON'],
    ['$unsh1ne-2024', 'PASSWORD_TOO_COMMON'],
    ['aaaaaaaaaaaaaaaa', 'PASSWORD_REPEATS'],
    ['abababababab', 'PASSWORD_REPEATS'],
    ['kettlekettle', 'PASSWORD_REPEATS'],
    ['abcdefghijklm', 'PASSWORD_REPEATS'],
    ['poiuytrewq0987', 'PASSWORD_REPEATS'],
    ['easellm-portal', 'PASSWORD_NAMES_US'],
    ['EaseLLM-2026!!', 'PASSWORD_NAMES_US'],
    ['3a5eLLM porta1', 'PASSWORD_NAMES_US'],
    ['Ease-LLM privacy', 'PASSWORD_NAMES_US'],
    ['ｅａｓｅｌｌｍ ｐｏｒｔａｌ', 'PASSWORD_NAMES_US'],
    ['AdaLovelace12', 'PASSWORD_NAMES_YOU'],
    ['lovelace-lovelace1', 'PASSWORD_NAMES_YOU'],
    ['Löveläce easellm', 'PASSWORD_NAMES_YOU'],
    ['analytical2025', 'PASSWORD_NAMES_YOU'],
  ])('%j is refused: %s', (password, code) => {
    expect(refusalOf(password)).toBe(code);
  });

  test('may hold a known word, our name or one’s own beside enough of something else', () => {
    for (const good of [
      'sunshine 7194 0386',
      'easellm under copper bicycles',
      'ada keeps nine bees',
    ])
      expect([good, refusalOf(good)]).toEqual([good, null]);
  });

  test('has 256 characters at most, and none of them is cut off', async () => {
    const long = 'é'.repeat(255);
    const input = (next: string) => changePasswordInput.safeParse({ current: 'x', next });
    expect(input(`${long}a`).success).toBe(true);
    expect(input(`${'🦊'.repeat(255)}a`).success).toBe(true);
    expect(input(`${long}ab`).success).toBe(false);
    const hash = await hashPassword(`${long}a`);
    expect(await verifyPassword(hash, `${long}b`)).toBe(false);
    expect(await verifyPassword(hash, `${long}a`)).toBe(true);
  });
});

test('a password is taken as it was typed: blanks count, and an accent is the same however it is sent', async () => {
  const typed = (password: string) =>
    signInInput.parse({ email: 'ada@example.test', password }).password;
  const hash = await hashPassword(typed(' café lantern 42 '));
  expect(await verifyPassword(hash, typed(' cafe\u0301 lantern 42 '))).toBe(true);
  expect(await verifyPassword(hash, typed('café lantern 42'))).toBe(false);
  expect(await verifyPassword(hash, typed(' Café lantern 42 '))).toBe(false);
  // Of another width it is another password: NFC, not NFKC.
  expect(await verifyPassword(hash, typed(' ｃafé lantern 42 '))).toBe(false);
});
