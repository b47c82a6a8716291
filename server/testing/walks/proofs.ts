import type { Assertion } from '../../auth/input.ts';
import { softPasskey } from '../authenticator.ts';
import { callerFor, emptyJar } from '../people.ts';
import type { Must } from './call.ts';
import {
  apps,
  codeOf,
  forgiveGuess,
  heldBy,
  judgeCode,
  passkeys,
  stopByFactor,
  takeAttempt,
  takeGuess,
  wrongCode,
} from './rules.ts';
import type { Browser, Key, Session, Walk } from './state.ts';

type GivenCode = { must: Must; code: string; took(session: Session): void; how: string };

/**
 * A code that this browser's person could type: theirs of now, of the step before, of steps that are over or
 * to come; one that somebody was seen to use; one of an app that is gone; or a guess.
 */
export function proveCode(
  walk: Walk,
  browser: Browser,
  session: Session | null,
  n: number,
): GivenCode {
  const [how, code] = typed(walk, browser, n);
  const { refusal, take } = judgeCode(walk, code);
  const must = session ? (takeGuess(walk, session) ?? refusal) : null;
  return {
    must: session ? must : 'ATTEMPT_ENDED',
    code,
    how,
    took(proved) {
      take();
      forgiveGuess(walk, proved);
      stopByFactor(walk);
    },
  };
}

function typed(walk: Walk, { who }: Browser, n: number): [string, string] {
  const own = apps({ ...walk, factors: heldBy(walk.factors, who) });
  const gone = walk.gone.filter((one) => one.kind === 'app' && one.holder === who);
  const app = own[n % Math.max(1, own.length)];
  const seen = walk.seen.at(-1 - (n % 3));
  const old = gone[n % Math.max(1, gone.length)];
  const kind = n % 16;
  if (kind === 15 && seen) return ['a code that was used', seen];
  if (kind === 14 && old?.kind === 'app')
    return ['a code of an app that is gone', codeOf(old.secret, walk)];
  if (app && kind === 13) return ['a code of a minute ago', codeOf(app.secret, walk, -2)];
  if (app && kind === 12) return ['the code to come', codeOf(app.secret, walk, 1)];
  if (app && kind === 11) return ['the code of before', codeOf(app.secret, walk, -1)];
  if (app && kind < 10) return ['a code', codeOf(app.secret, walk)];
  if (!app && seen && kind < 5) return ['a code that was used', seen];
  return ['a guess', wrongCode(walk)];
}

/** A recovery code that this browser's person could type: one of theirs, a used one, a void one, or a guess. */
export function proveRecoveryCode(
  walk: Walk,
  { who }: Browser,
  session: Session | null,
  n: number,
): GivenCode {
  const { codes } = walk;
  const own = codes.holder === who ? codes.unused : [];
  const kind = n % 8;
  const used = codes.used[n % Math.max(1, codes.used.length)];
  const gone = codes.gone[n % Math.max(1, codes.gone.length)];
  const right = kind < 5 ? own[n % Math.max(1, own.length)] : undefined;
  const code = right ?? (kind === 5 ? used : undefined) ?? (kind === 6 ? gone : undefined);
  const refusal = right ? null : 'CODE_REFUSED';
  const how = right ? 'a code' : code === undefined ? 'a guess' : 'one that is none any more';
  const must = session ? (takeGuess(walk, session) ?? refusal) : 'ATTEMPT_ENDED';
  return {
    must,
    code: code ?? `0000-0000-0000-0000-0000-${String(n % 10_000).padStart(4, '0')}`,
    how,
    took(proved) {
      codes.unused = codes.unused.filter((one) => one !== right);
      if (right) codes.used.push(right);
      forgiveGuess(walk, proved);
      stopByFactor(walk);
    },
  };
}

type Asking = { options: { challenge: string } | null; purpose: string; n: number };
type SignedProof = {
  must: Must;
  assertion: Assertion;
  /** Whether passkey and challenge are as they must be. */
  right: boolean;
  took(): void;
  how: string;
};

/**
 * What a device of this browser's person signs: as it should, without having asked for its person, for a
 * challenge of another purpose; with a passkey that is gone, or one that nobody knows; or what was signed before.
 */
export async function proveKey(
  walk: Walk,
  { who }: Browser,
  session: Session | null,
  { options, purpose, n }: Asking,
): Promise<SignedProof> {
  const own = heldBy(passkeys(walk), who) as Key[];
  const gone = walk.gone.filter((one) => one.kind === 'passkey' && one.holder === who) as Key[];
  const old = walk.signed.at(-1 - (n % 3));
  const kind = n % 16;
  const key = kind < 15 ? own[n % Math.max(1, own.length)] : undefined;
  const device = key?.device ?? gone[n % Math.max(1, gone.length)]?.device ?? softPasskey();
  const elsewhere = kind === 14 || options === null;
  const asked = elsewhere ? await askedElsewhere(walk, purpose) : options;
  const unverified = kind === 13;
  const replayed = kind === 12 && old !== undefined;
  const assertion = replayed ? old : device.sign(asked, unverified ? { unverified } : {});
  const right = key !== undefined && !elsewhere && !unverified && !replayed;
  const ended = session && takeAttempt(session);
  return {
    must: session ? (ended ?? (right ? null : 'PASSKEY_REFUSED')) : 'ATTEMPT_ENDED',
    assertion,
    right,
    took() {
      walk.signed.push(assertion);
      if (!session) return;
      session.failures = 0;
      stopByFactor(walk);
    },
    how: right
      ? 'a passkey'
      : replayed
        ? 'what was signed before'
        : unverified
          ? 'a passkey whose person was not asked'
          : elsewhere
            ? 'a challenge of elsewhere'
            : 'a passkey that is none here',
  };
}

/** A challenge that the portal gave for another purpose, or at its other door. */
async function askedElsewhere({ deps, now }: Walk, purpose: string) {
  const surface = purpose === 'sign_in' ? 'console' : 'portal';
  const calls = callerFor(deps, emptyJar(), { now: new Date(now), surface });
  return calls.auth.beginPasskeySignIn({});
}
