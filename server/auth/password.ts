import { hash, verify } from '@node-rs/argon2';
import { dictionary } from '@zxcvbn-ts/language-common';
import { DomainError, type DomainErrorCode } from '../errors.ts';
import { judgePassword, type PasswordFinding, type PasswordOwner } from './password-input.ts';

/** `Algorithm.Argon2id`, which as a const enum cannot be imported. */
const ARGON2ID = 2;
/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. */
const parameters = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const AT_ONCE = 2;
const MAX_WAITING = 64;

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

/**
 * argon2id in its PHC string form. The password is hashed as it was typed, blanks and all, in its composed
 * form (NFC, `trpc/input.ts`): keyboards that send an accent apart type the same password.
 */
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

const refusals: Record<PasswordFinding, DomainErrorCode> = {
  short: 'PASSWORD_TOO_SHORT',
  common: 'PASSWORD_TOO_COMMON',
  repeats: 'PASSWORD_REPEATS',
  names_us: 'PASSWORD_NAMES_US',
  names_you: 'PASSWORD_NAMES_YOU',
};

/**
 * Judges a new password as the page did while it was typed (`password-input.ts`).
 * @throws {DomainError} PASSWORD_TOO_SHORT, PASSWORD_TOO_COMMON, PASSWORD_REPEATS, PASSWORD_NAMES_US,
 *   PASSWORD_NAMES_YOU: the first thing that was found
 */
export function assertAcceptablePassword(password: string, owner: PasswordOwner): void {
  const [finding] = judgePassword(password, owner, (text) => common.has(text));
  if (finding) throw new DomainError(refusals[finding]);
}
