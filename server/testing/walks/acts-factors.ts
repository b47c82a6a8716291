import type { Act } from './act.ts';
import { call, from, type Must } from './call.ts';
import { newestFactor } from './compare.ts';
import { codeOfNewApp, newPasskey } from './new-factor.ts';
import { proveCode, proveKey } from './proofs.ts';
import {
  addFactor,
  endAll,
  forgiveGuess,
  heldBy,
  inUse,
  isFresh,
  passkeys,
  renewed,
  takeGuess,
} from './rules.ts';
import type { Browser, Session, Walk } from './state.ts';

const MOST_FACTORS = 10;

/** May add: a factor proved again lately, or a recovery code at the sign-in. */
function mayAdd(walk: Walk, session: Session | null): Must {
  if (!session) return 'SIGNED_OUT';
  const { stepUpAt, methods, authAt } = session;
  const at = stepUpAt ?? (methods.includes('rc') ? authAt : null);
  return isFresh(walk, { ...session, stepUpAt: at }, false) ? null : 'STEP_UP_REQUIRED';
}

const room = ({ factors }: Walk): Must =>
  factors.length < MOST_FACTORS ? null : 'FACTOR_LIMIT_REACHED';

/** What signs in has changed: whoever else is in is out, and this browser has a new token. */
function changed(walk: Walk, browser: Browser, session: Session): void {
  endAll(walk, session);
  renewed(browser, session);
}

const mayChange = (walk: Walk, { held }: Browser): boolean =>
  held.user !== undefined && isFresh(walk, held.user, false);

export const factorActs: Record<string, Act> = {
  stepUp: {
    weigh: (walk, { held, who }) =>
      held.user && heldBy(walk.factors, who).length > 0 ? 16 : held.user ? 4 : 1,
    async does(walk, browser, n) {
      const session = inUse(walk, browser, 'user');
      const act = n % 3 === 0 ? ('email_commit' as const) : undefined;
      const { must, code, took, how } = proveCode(walk, browser, session, n >> 2);
      const giving = () => from(walk, browser).auth.stepUp({ code, act });
      const got = await call(walk, 'auth.stepUp', session ? must : 'SIGNED_OUT', giving);
      if (got.done && session) {
        took(session);
        renewed(browser, session, { stepUpAt: walk.now, stepUpFor: act ?? null });
      }
      return `${how}: ${got.done ? 'proved' : got.code}`;
    },
  },
  stepUpByPasskey: {
    weigh: (walk, { held, who }) =>
      held.user && heldBy(passkeys(walk), who).length > 0 ? 8 : held.user ? 2 : 1,
    async does(walk, browser, n) {
      const session = inUse(walk, browser, 'user');
      const act = n % 3 === 0 ? ('email_commit' as const) : undefined;
      // What is asked for one act is good for no other.
      const asksFor = n % 7 === 0 && act ? undefined : act;
      const noKey: Must = passkeys(walk).length === 0 ? 'NOT_ALLOWED' : null;
      const asking = () => from(walk, browser).auth.beginStepUp({ act: asksFor });
      const asked = await call(walk, 'auth.beginStepUp', session ? noKey : 'SIGNED_OUT', asking);
      const options = asked.done ? asked.value : null;
      const proof = await proveKey(walk, browser, session, {
        options,
        purpose: 'step_up',
        n: n >> 2,
      });
      const misused = proof.right && asksFor !== act;
      const must = misused && proof.must === null ? 'PASSKEY_REFUSED' : proof.must;
      const giving = () => from(walk, browser).auth.stepUp({ passkey: proof.assertion, act });
      const got = await call(walk, 'auth.stepUp', session ? must : 'SIGNED_OUT', giving);
      if (got.done && session) {
        proof.took();
        renewed(browser, session, { stepUpAt: walk.now, stepUpFor: act ?? null });
      }
      return `${proof.how}${misused ? ' for another act' : ''}: ${got.done ? 'proved' : got.code}`;
    },
  },
  addApp: {
    weigh: (walk, browser) => (mayChange(walk, browser) ? 10 : 2),
    async does(walk, browser, n) {
      const session = inUse(walk, browser, 'user');
      const may = mayAdd(walk, session);
      const { auth } = from(walk, browser);
      const began = await call(walk, 'auth.beginNewApp', may ?? room(walk), () =>
        auth.beginNewApp({}),
      );
      const { own, code, step } = codeOfNewApp(walk, browser, began, n);
      const refusal: Must = step === null ? 'CODE_REFUSED' : room(walk);
      const must = may ?? (session && (takeGuess(walk, session) ?? refusal));
      const giving = () => from(walk, browser).auth.confirmNewApp({ code, name: `App ${n % 100}` });
      const got = await call(walk, 'auth.confirmNewApp', must, giving);
      if (!got.done || !session || !own || step === null) return got.done ? 'added' : got.code;
      const id = await newestFactor(walk, 'app');
      addFactor(walk, { kind: 'app', id, secret: own.secret, holder: browser.who, lastStep: step });
      walk.begun = null;
      forgiveGuess(walk, session);
      changed(walk, browser, session);
      return 'added';
    },
  },
  addPasskey: {
    weigh: (walk, browser) => (mayChange(walk, browser) ? 10 : 2),
    async does(walk, browser, n) {
      const session = inUse(walk, browser, 'user');
      const may = mayAdd(walk, session);
      const must = may ?? room(walk);
      const { auth } = from(walk, browser);
      const asked = await call(walk, 'auth.beginNewPasskey', must, () => auth.beginNewPasskey({}));
      const { device, passkey, fits } = newPasskey(asked, n);
      const got = await call(walk, 'auth.confirmNewPasskey', may ?? fits, () =>
        from(walk, browser).auth.confirmNewPasskey({ passkey, name: `Key ${n % 100}` }),
      );
      if (!got.done || !session) return got.done ? 'added' : got.code;
      const id = await newestFactor(walk, 'passkey');
      addFactor(walk, { kind: 'passkey', id, device, holder: browser.who });
      changed(walk, browser, session);
      return 'added';
    },
  },
  renameFactor: {
    weigh: (_walk, { held }) => (held.user ? 3 : 1),
    async does(walk, browser, n) {
      const session = inUse(walk, browser, 'user');
      const all = [...walk.factors, ...walk.gone];
      const factor = all[n % Math.max(1, all.length)];
      if (!factor) return 'there is none';
      const there: Must = walk.factors.includes(factor) ? null : 'NOT_FOUND';
      const got = await call(walk, 'auth.renameFactor', session ? there : 'SIGNED_OUT', () =>
        from(walk, browser).auth.renameFactor({ id: factor.id, name: `Called ${n % 100}` }),
      );
      return got.done ? `one of ${walk.factors.length}` : got.code;
    },
  },
  removeFactor: {
    weigh: (walk, browser) => (mayChange(walk, browser) ? 14 : 2),
    async does(walk, browser, n) {
      const session = inUse(walk, browser, 'user');
      const all = n % 8 === 0 ? walk.gone : walk.factors;
      const factor = all[n % Math.max(1, all.length)];
      if (!factor) return 'there is none';
      const must = removal(walk, session, walk.factors.includes(factor));
      const got = await call(walk, 'auth.removeFactor', must, () =>
        from(walk, browser).auth.removeFactor({ id: factor.id }),
      );
      if (!got.done || !session) return got.done ? 'removed' : got.code;
      walk.factors = walk.factors.filter((one) => one !== factor);
      walk.gone.push(factor);
      changed(walk, browser, session);
      return `removed; ${walk.factors.length} left`;
    },
  },
  makeRecoveryCodes: {
    weigh: (_walk, { held }) => (held.user ? 3 : 1),
    async does(walk, browser) {
      const session = inUse(walk, browser, 'user');
      const must = !session
        ? 'SIGNED_OUT'
        : isFresh(walk, session, true)
          ? null
          : 'STEP_UP_REQUIRED';
      const got = await call(walk, 'auth.makeRecoveryCodes', must, () =>
        from(walk, browser).auth.makeRecoveryCodes({}),
      );
      if (!got.done) return got.code;
      newCodes(walk, browser, got.value.recoveryCodes);
      return 'ten new ones';
    },
  },
};

function removal(walk: Walk, session: Session | null, there: boolean): Must {
  if (!session) return 'SIGNED_OUT';
  if (!isFresh(walk, session, false)) return 'STEP_UP_REQUIRED';
  if (!there) return 'NOT_FOUND';
  return walk.factors.length === 1 ? 'LAST_FACTOR' : null;
}

/** Whoever made them has them; those of before are void. */
export function newCodes(walk: Walk, { who }: Browser, unused: string[]): void {
  const { codes } = walk;
  walk.codes = { holder: who, unused, used: [], gone: [...codes.unused, ...codes.used].slice(-4) };
}
