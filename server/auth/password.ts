import { hash, verify } from '@node-rs/argon2';
import { dictionary } from '@zxcvbn-ts/language-common';
import { DomainError } from '../errors.ts';

/** `Algorithm.Argon2id`, which as a const enum cannot be imported. */
const ARGON2ID = 2;
/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. */
const parameters = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const MIN_LENGTH = 12;
const AT_ONCE = 2;
const MAX_WAITING = 64;

/** Words of this product that attackers try first. */
const contextWords = [
  'easellm',
  'privacy',
  'portal',
  'password',
  'passwort',
  'gpu',
  'customer',
  'welcome',
  'letmein',
];
const common: ReadonlySet<string> = new Set(dictionary['passwords-common']);

let running = 0;
const waiting: (() => void)[] = [];

/** Hashing takes a core for a while: two at a time, a short queue, then a refusal that says when. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MAX_WAITING) throw new DomainError('BUSY', { retryAfterSeconds: 5 });
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** argon2id in its PHC string form. The password is hashed exactly as typed (NFC). */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, parameters));
}

let dummy: Promise<string> | null = null;

/** Checks a password; without a hash it does the same work and answers false. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  dummy ??= hash('nobody has this password', parameters);
  const against = stored ?? (await dummy);
  const fits = await inTurn(() => verify(against, password));
  return stored !== null && fits;
}

/**
 * NIST SP 800-63B-4: length and a list of known passwords; no composition rules.
 * @throws {DomainError} PASSWORD_TOO_SHORT, PASSWORD_TOO_COMMON
 */
export function assertAcceptablePassword(password: string, { email }: { email: string }): void {
  if ([...password].length < MIN_LENGTH) throw new DomainError('PASSWORD_TOO_SHORT');
  const lower = password.toLowerCase();
  const bare = lower.replace(/[^\p{L}]/gu, '');
  const own = email
    .toLowerCase()
    .split(/[@.+_-]/)
    .filter((part) => part.length >= 4);
  const padding = [...contextWords, ...own].reduce(
    (rest, word) => rest.replaceAll(word, ''),
    lower,
  );
  const known = common.has(lower) || common.has(bare);
  const repeated = new Set(lower).size <= 3;
  if (known || repeated || [...padding].length < 6) throw new DomainError('PASSWORD_TOO_COMMON');
}
