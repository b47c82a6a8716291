import type { Act } from './act.ts';
import { call, from, type Must } from './call.ts';
import { proveCode, proveKey, proveRecoveryCode } from './proofs.ts';
import {
  apps,
  HOUR,
  heldBy,
  inUse,
  isLive,
  leave,
  MINUTE,
  opened,
  passkeys,
  SECOND,
  stopByFactor,
} from './rules.ts';
import { type Browser, knowsPassword, type Session, type Walk, WalkFault } from './state.ts';

const live = (walk: Walk, { held: { pending } }: Browser) =>
  pending !== undefined && isLive(walk, pending);
const holds = (walk: Walk, { who }: Browser) => heldBy(walk.factors, who).length > 0;

/** An attempt becomes a session. */
function enter(walk: Walk, browser: Browser, attempt: Session, methods: string[]): void {
  attempt.ended = true;
  const strong = !methods.includes('rc');
  opened(walk, browser, {
    kind: 'user',
    methods: ['pwd', ...methods],
    proved: true,
    aal2At: strong ? walk.now : null,
  });
}

const waits = [
  SECOND,
  5 * SECOND,
  31 * SECOND,
  61 * SECOND,
  2 * MINUTE,
  4 * MINUTE,
  6 * MINUTE,
  11 * MINUTE,
  16 * MINUTE,
  31 * MINUTE,
  61 * MINUTE,
  13 * HOUR,
  25 * HOUR,
  73 * HOUR,
  169 * HOUR,
];

export const signInActs: Record<string, Act> = {
  wait: {
    weigh: () => 6,
    async does(walk, _browser, n) {
      const waiting = walk.recovery && !walk.recovery.ended && !walk.recovery.approved;
      const how = waiting && n % 3 === 0 ? 73 * HOUR : (waits[n % waits.length] ?? SECOND);
      if (walk.now + how < walk.until) walk.now += how;
      return `${how / SECOND} s`;
    },
  },
  password: {
    weigh: (walk, browser) =>
      walk.protectedSince === null ? 4 : browser.held.user || live(walk, browser) ? 2 : 24,
    async does(walk, browser, n) {
      const right = knowsPassword(browser.who) && n % 8 !== 0;
      const { email } = walk;
      const password = right ? walk.password : `nobody ever chose this ${n}`;
      const must = right ? null : 'SIGN_IN_REFUSED';
      const signing = () => from(walk, browser).auth.signIn({ email, password });
      const got = await call(walk, 'auth.signIn', must, signing);
      if (!got.done) return got.code;
      const { next } = got.value;
      if ((next === 'enrol') !== (walk.factors.length === 0))
        throw new WalkFault(`sign-in goes on with ${next} for ${walk.factors.length} factors`);
      opened(walk, browser, { kind: 'pending', methods: ['pwd'], proved: false });
      return `goes on with ${next}`;
    },
  },
  code: {
    weigh: (walk, browser) => (live(walk, browser) ? (holds(walk, browser) ? 40 : 8) : 1),
    async does(walk, browser, n) {
      const attempt = inUse(walk, browser, 'pending');
      const { must, code, took, how } = proveCode(walk, browser, attempt, n);
      const giving = () => from(walk, browser).auth.verifyCode({ code });
      const got = await call(walk, 'auth.verifyCode', must, giving);
      if (got.done && attempt) {
        took(attempt);
        enter(walk, browser, attempt, ['otp']);
      }
      return `${how}: ${got.done ? 'in' : got.code}`;
    },
  },
  recoveryCode: {
    weigh: (walk, browser) => (live(walk, browser) ? 6 : 1),
    async does(walk, browser, n) {
      const attempt = inUse(walk, browser, 'pending');
      const { must, code, took, how } = proveRecoveryCode(walk, browser, attempt, n);
      const giving = () => from(walk, browser).auth.useRecoveryCode({ code });
      const got = await call(walk, 'auth.useRecoveryCode', must, giving);
      if (got.done && attempt) {
        took(attempt);
        enter(walk, browser, attempt, ['rc']);
      }
      return `${how}: ${got.done ? 'in' : got.code}`;
    },
  },
  secondPasskey: {
    weigh: (walk, browser) => (live(walk, browser) ? (holds(walk, browser) ? 12 : 4) : 1),
    async does(walk, browser, n) {
      const attempt = inUse(walk, browser, 'pending');
      const noKey: Must = passkeys(walk).length === 0 ? 'NOT_ALLOWED' : null;
      const asking = () => from(walk, browser).auth.beginPasskey({});
      const asked = await call(
        walk,
        'auth.beginPasskey',
        attempt ? noKey : 'ATTEMPT_ENDED',
        asking,
      );
      const options = asked.done ? asked.value : null;
      const purpose = 'second_factor';
      const proof = await proveKey(walk, browser, attempt, { options, purpose, n });
      const { must, assertion, took, how } = proof;
      const signing = () => from(walk, browser).auth.verifyPasskey({ passkey: assertion });
      const got = await call(walk, 'auth.verifyPasskey', must, signing);
      if (got.done && attempt) {
        took();
        enter(walk, browser, attempt, ['hwk', 'user']);
      }
      return `${how}: ${got.done ? 'in' : got.code}`;
    },
  },
  passkeyAlone: {
    weigh: (walk, browser) =>
      browser.held.user ? 1 : heldBy(passkeys(walk), browser.who).length > 0 ? 10 : 3,
    async does(walk, browser, n) {
      const asking = () => from(walk, browser).auth.beginPasskeySignIn({});
      const asked = await call(walk, 'auth.beginPasskeySignIn', null, asking);
      const options = asked.done ? asked.value : null;
      const proof = await proveKey(walk, browser, null, { options, purpose: 'sign_in', n });
      const { assertion, took, how, right } = proof;
      const signing = () => from(walk, browser).auth.signInWithPasskey({ passkey: assertion });
      const must = right ? null : 'PASSKEY_REFUSED';
      const got = await call(walk, 'auth.signInWithPasskey', must, signing);
      if (got.done) {
        took();
        stopByFactor(walk);
        const methods = ['hwk', 'user'];
        opened(walk, browser, { kind: 'user', methods, proved: true, aal2At: walk.now });
      }
      return `${how}: ${got.done ? 'in' : got.code}`;
    },
  },
  look: {
    weigh: () => 3,
    async does(walk, browser) {
      const session = inUse(walk, browser, 'user');
      const got = await call(walk, 'auth.me', session ? null : 'SIGNED_OUT', () =>
        from(walk, browser).auth.me({}),
      );
      if (got.done && got.value.factors.apps !== apps(walk).length)
        throw new WalkFault(`auth.me sees ${got.value.factors.apps} apps`);
      const attempt = inUse(walk, browser, 'pending');
      await call(walk, 'auth.attempt', attempt ? null : 'ATTEMPT_ENDED', () =>
        from(walk, browser).auth.attempt({}),
      );
      return got.done ? 'signed in' : got.code;
    },
  },
  /** A cookie of before, in any of the places for one. */
  oldCookie: {
    weigh: (_walk, { spent }) => (spent.length > 0 ? 3 : 0),
    async does(walk, browser, n) {
      const { spent, who, name } = browser;
      const old = spent[n % spent.length];
      if (!old) return 'none';
      // A session that was left behind stands on without its browser: only one that ended is none.
      const stands = walk.sessions.some((one) => one.token === old.token && isLive(walk, one));
      if (stands) return 'one that was left behind';
      const kind = (['user', 'pending', 'recovery'] as const)[n % 3] ?? old.kind;
      const jar = { tokens: { [kind]: old.token }, set: [] };
      const planted: Browser = { name, who, jar, held: {}, spent: [] };
      const calls = from(walk, planted);
      if (kind === 'user') await call(walk, 'auth.me', 'SIGNED_OUT', () => calls.auth.me({}));
      else if (kind === 'pending')
        await call(walk, 'auth.attempt', 'ATTEMPT_ENDED', () => calls.auth.attempt({}));
      else
        await call(walk, 'auth.beginRecoveryPasskey', 'ATTEMPT_ENDED', () =>
          calls.auth.beginRecoveryPasskey({}),
        );
      return `a ${old.kind} one as ${kind}`;
    },
  },
  /** The cookie of an attempt or a recovery, sent as that of somebody who is signed in. */
  otherKind: {
    weigh: (_walk, { held }) => (held.pending || held.recovery ? 3 : 0),
    async does(walk, browser, n) {
      const { pending, recovery } = browser.held;
      const session = n % 2 === 0 ? (pending ?? recovery) : (recovery ?? pending);
      if (!session) return 'none';
      const planted: Browser = {
        ...browser,
        jar: { tokens: { user: session.token, staff: session.token }, set: [] },
      };
      const { auth } = from(walk, planted);
      await call(walk, 'auth.me', 'SIGNED_OUT', () => auth.me({}));
      await call(walk, 'auth.makeRecoveryCodes', 'SIGNED_OUT', () => auth.makeRecoveryCodes({}));
      return session.kind;
    },
  },
  signOut: {
    weigh: (_walk, { held }) => (held.user ? 2 : 1),
    async does(walk, browser) {
      const session = inUse(walk, browser, 'user');
      const got = await call(walk, 'auth.signOut', session ? null : 'SIGNED_OUT', () =>
        from(walk, browser).auth.signOut({}),
      );
      if (!got.done || !session) return 'nobody was in';
      session.ended = true;
      for (const kind of ['user', 'pending', 'recovery'] as const) leave(browser, kind);
      return 'out';
    },
  },
};
