import { runWaiting } from '../jobs.ts';
import type { Act } from './act.ts';
import { call, from, hasLink, kill, type Must, opens, pickLink, readMail } from './call.ts';
import { cheapHash } from './cheap-hash.ts';
import { proveCode, proveKey, proveRecoveryCode } from './proofs.ts';
import { endAll, inUse, isFresh, isLive, leave, opened, passkeys, renewed } from './rules.ts';
import { type Browser, knowsPassword, type Session, type Walk, WalkFault } from './state.ts';

/** A password that is taken; the next walk begins with the first again. */
function nextPassword(walk: Walk): string {
  walk.passwords += 1;
  return `copper meadow bicycle ${walk.passwords}`;
}

/** The session of a mailed link for a new password: one that came by a case may not. */
function mayFinish(session: Session | null): Must {
  if (!session) return 'ATTEMPT_ENDED';
  return session.renewal ? 'NOT_ALLOWED' : null;
}

const live = (walk: Walk, { held: { recovery } }: Browser) =>
  recovery !== undefined && !recovery.renewal && isLive(walk, recovery);

async function passwordIs(walk: Walk, password: string): Promise<void> {
  walk.password = password;
  await cheapHash(walk, password);
}

/** Ways to prove a factor beside a new password, and none. */
const factors = ['none', 'code', 'code', 'recoveryCode', 'passkey', 'passkey'] as const;

export const recoveryActs: Record<string, Act> = {
  forgot: {
    weigh: (walk, { held, who }) =>
      held.user || hasLink(walk, who, 'reset_password') ? 1 : who === 'thief' ? 2 : 6,
    async does(walk, browser) {
      const { email } = walk;
      const got = await call(walk, 'auth.forgot', null, () =>
        from(walk, browser).auth.forgot({ email }),
      );
      if (!got.done) return got.code;
      await runWaiting(walk.deps, 'auth.reset_mail', new Date(walk.now));
      return `${(await readMail(walk)).length} letters`;
    },
  },
  openResetLink: {
    weigh: (walk, { who }) => (hasLink(walk, who, 'reset_password') ? 24 : 1),
    async does(walk, browser, n) {
      const token = pickLink(walk, browser, 'reset_password', n);
      const must = opens(walk, token, 'reset_password') ? null : 'LINK_NOT_VALID';
      const got = await call(walk, 'auth.beginRecovery', must, () =>
        from(walk, browser).auth.beginRecovery({ token }),
      );
      if (!got.done) return got.code;
      kill(walk, token);
      opened(walk, browser, { kind: 'recovery', methods: ['mail'], proved: false });
      const { passkey } = got.value;
      if (passkey !== passkeys(walk).length > 0) throw new WalkFault(`passkey: ${passkey}`);
      return 'a recovery';
    },
  },
  finishReset: {
    weigh: (walk, browser) => (live(walk, browser) ? 12 : 1),
    async does(walk, browser, n) {
      const session = inUse(walk, browser, 'recovery');
      const may = mayFinish(session);
      const factor = factors[n % factors.length] ?? 'none';
      const password = nextPassword(walk);
      const given = await proof(walk, browser, may ? null : session, { factor, n: n >> 3 });
      const unprotected = walk.factors.length === 0;
      const needed: Must = factor === 'none' && !unprotected ? 'FACTOR_REQUIRED' : null;
      const must = may ?? (unprotected ? null : (needed ?? given.must));
      const got = await call(walk, 'auth.finishRecovery', must, () =>
        from(walk, browser).auth.finishRecovery({ ...given.input, password }),
      );
      if (!got.done || !session) return `${given.how}: ${got.done ? 'set' : got.code}`;
      if (!unprotected) given.took(session);
      endAll(walk);
      leave(browser, 'recovery');
      await passwordIs(walk, password);
      return `${given.how}: set`;
    },
  },
  changePassword: {
    weigh: (walk, { held }) => (held.user && isFresh(walk, held.user, true) ? 3 : 1),
    async does(walk, browser, n) {
      const session = inUse(walk, browser, 'user');
      const right = knowsPassword(browser.who) && n % 3 !== 0;
      const next = nextPassword(walk);
      const current = right ? walk.password : 'nobody ever chose this';
      const fits: Must = right ? null : 'SIGN_IN_REFUSED';
      const fresh = session && isFresh(walk, session, true) ? fits : 'STEP_UP_REQUIRED';
      const got = await call(walk, 'auth.changePassword', session ? fresh : 'SIGNED_OUT', () =>
        from(walk, browser).auth.changePassword({ current, next }),
      );
      if (!got.done || !session) return got.done ? 'changed' : got.code;
      endAll(walk, session);
      renewed(browser, session);
      await passwordIs(walk, next);
      return 'changed';
    },
  },
};

type Given = {
  must: Must;
  input: Partial<Parameters<ReturnType<typeof from>['auth']['finishRecovery']>[0]>;
  how: string;
  took(session: Session): void;
};

async function proof(
  walk: Walk,
  browser: Browser,
  session: Session | null,
  { factor, n }: { factor: (typeof factors)[number]; n: number },
): Promise<Given> {
  if (factor === 'none') return { must: null, input: {}, how: 'no factor', took: () => {} };
  // Where the account has none, none is looked at and no budget is used.
  const guessing = walk.factors.length === 0 ? null : session;
  if (factor === 'code') {
    const { code, ...rest } = proveCode(walk, browser, guessing, n);
    return { ...rest, input: { code } };
  }
  if (factor === 'recoveryCode') {
    const { code, ...rest } = proveRecoveryCode(walk, browser, guessing, n);
    return { ...rest, input: { recoveryCode: code } };
  }
  const noKey: Must = passkeys(walk).length === 0 ? 'NOT_ALLOWED' : null;
  const asking = () => from(walk, browser).auth.beginRecoveryPasskey({});
  const may = mayFinish(inUse(walk, browser, 'recovery'));
  const asked = await call(walk, 'auth.beginRecoveryPasskey', may ?? noKey, asking);
  const options = asked.done ? asked.value : null;
  const { assertion, ...rest } = await proveKey(walk, browser, guessing, {
    options,
    purpose: 'recovery',
    n,
  });
  return { ...rest, input: { passkey: assertion } };
}
