/** Characters, as people count them; there is no other rule of what a password must be made of. */
export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 256;

/** What speaks against a password, the first thing to say first. */
export const passwordFindings = ['short', 'common', 'repeats', 'names_us', 'names_you'] as const;
export type PasswordFinding = (typeof passwordFindings)[number];

/** So much has to be left that nobody finds by trying a few words. */
const LEFT = 6;
/** Shorter words of a person stand in too many others. */
const WORD_MIN = 3;
const MAIL_WORD_MIN = 4;
const FEW_CHARACTERS = 3;

/** Words of this product and of signing in: what is tried first. */
const ours = [
  'easellm',
  'privacy',
  'portal',
  'password',
  'passwort',
  'account',
  'customer',
  'support',
  'welcome',
  'letmein',
  'signin',
  'login',
  'admin',
  'ease',
  'llm',
  'gpu',
];

/** Rows along which fingers and alphabets run, both ways. */
const rows = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'qwertzuiop', 'asdfghjkl'];
const runs = [...rows, ...rows.map((row) => [...row].reverse().join(''))];
const RUN_MIN = 4;

/** Signs that stand for letters, with 1 as either of the two that it is taken for. */
const asLetters = (one: 'i' | 'l'): Readonly<Record<string, string>> => ({
  0: 'o',
  1: one,
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  8: 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
});

/** Whose password it is, as far as it is known where it is judged. */
export type PasswordOwner = { email?: string | undefined; name?: string | undefined };

/**
 * What speaks against a password (NIST SP 800-63B-4: length, known ones, words of the context). The browser
 * asks it while somebody types, and the server again. What it says was found; what it does not say, nobody
 * has looked for: it measures no strength.
 *
 * @param isCommon whether a text in small letters stands in a list of known passwords
 */
export function judgePassword(
  password: string,
  owner: PasswordOwner,
  isCommon: (text: string) => boolean,
): PasswordFinding[] {
  const lower = plain(password);
  const texts = [lower, spelt(lower, 'i'), spelt(lower, 'l')];
  const yours = ownWords(owner);
  const names = (words: readonly string[]) => texts.some((text) => isLittle(without(text, words)));
  const found: Record<PasswordFinding, boolean> = {
    short: lengthOf(password) < PASSWORD_MIN,
    common: texts.some((text) => isCommon(text) || isKnownWord(text, isCommon)),
    repeats: repeats(lower),
    names_us: names(ours),
    names_you: yours.length > 0 && names([...yours, ...ours]) && !names(ours),
  };
  return passwordFindings.filter((finding) => found[finding]);
}

/** Characters of a password in its one spelling: an accent that was typed apart is none of its own. */
export function lengthOf(password: string): number {
  return [...password.normalize('NFC')].length;
}

/** In small letters, without accents, in one width. */
function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function spelt(text: string, one: 'i' | 'l'): string {
  const letters = asLetters(one);
  return [...withoutYears(text).replaceAll(' ', '')].map((c) => letters[c] ?? c).join('');
}

/** A known password with a few digits and signs around it or in it. */
function isKnownWord(text: string, isCommon: (text: string) => boolean): boolean {
  const letters = text.replace(/[^\p{L}]/gu, '');
  const digits = withoutRuns(withoutYears(text)).replace(/[^\p{N}]/gu, '');
  return letters.length >= RUN_MIN && isCommon(letters) && isLittle(digits);
}

/** A year is a year, and no word. */
function withoutYears(text: string): string {
  return text.replace(/(?<!\d)(19|20)\d\d(?!\d)/g, ' ');
}

function ownWords({ email = '', name = '' }: PasswordOwner): string[] {
  const mail = plain(email)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= MAIL_WORD_MIN);
  const called = plain(name)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= WORD_MIN);
  return [...mail, ...called];
}

/** Letters and digits of a text that are in none of the words, in no year and in no run of keys. */
function without(text: string, words: readonly string[]): string {
  const longestFirst = [...words].sort((a, b) => b.length - a.length);
  // Separators may stand inside a word: ease-llm.
  const bare = text.replace(/[^\p{L}\p{N}]/gu, '');
  const rest = longestFirst.reduce((left, word) => left.replaceAll(word, ' '), bare);
  return withoutRuns(withoutYears(rest)).replaceAll(' ', '');
}

function isLittle(rest: string): boolean {
  return [...rest].length < LEFT;
}

/** A few characters over and over, a short piece over and over, or a run along the keys. */
function repeats(text: string): boolean {
  if (new Set(text).size <= FEW_CHARACTERS) return true;
  const characters = [...text];
  const piece = characters.findIndex(
    (_, at) => at > 0 && characters.every((c, i) => c === characters[i % at]),
  );
  if (piece > 0 && piece < PASSWORD_MIN) return true;
  return isLittle(withoutRuns(text).replace(/[^\p{L}\p{N}]/gu, ''));
}

/** Takes out pieces of four and more that follow one of the rows. */
function withoutRuns(text: string): string {
  let left = '';
  let at = 0;
  while (at < text.length) {
    const length = runAt(text, at);
    left += length > 0 ? ' ' : text.charAt(at);
    at += Math.max(1, length);
  }
  return left;
}

function runAt(text: string, from: number): number {
  let longest = 0;
  for (const run of runs) {
    const start = text.slice(from, from + RUN_MIN);
    if (start.length < RUN_MIN || !run.includes(start)) continue;
    let length = RUN_MIN;
    while (from + length < text.length && run.includes(text.slice(from, from + length + 1)))
      length += 1;
    longest = Math.max(longest, length);
  }
  return longest;
}
