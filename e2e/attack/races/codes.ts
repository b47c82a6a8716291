import { eq } from 'drizzle-orm';
import { recoveryCode } from '../../../db/schema/auth.ts';
import { spendStepUp } from '../../../server/auth/sessions.ts';
import { codeAt } from '../../../server/auth/totp.ts';
import { insertCustomer, type Person } from '../../../server/testing/people.ts';
import type { Browser } from '../browser.ts';
import { done } from '../browser.ts';
import { type Arena, holding, openSession, provedFor, sessionsOf, signedIn } from './arena.ts';
import type { Prize } from './prize.ts';

/** Guesses that one session has. */
const OF_ONE = 5;
/** Guesses of an account; more are not looked at. */
const OF_ACCOUNT = 10;
const HANDS = 100;

/** Sign-in attempts of one person in as many browsers. */
async function attempts(arena: Arena, person: Person, count: number): Promise<Browser[]> {
  const opened = await Promise.all(
    Array.from({ length: count }, () => openSession(arena, person, { kind: 'pending' })),
  );
  return opened.map(({ token }) => holding(arena, token, 'pending'));
}

const accepted = ({ code }: { code: string | null }) => code === null;

/** Codes, and what they are proved for. */
export const codes: Prize[] = [
  {
    name: 'time step of an authenticator, at a hundred sign-ins',
    async ready(arena) {
      const ada = await insertCustomer(arena.portal.deps);
      const browsers = await attempts(arena, ada, HANDS);
      const code = codeAt(ada.totpSecret, new Date());
      return {
        grab: async (at) => accepted(await ask(browsers, at, 'auth.verifyCode', { code })),
        left: () => sessionsOf(arena, ada, 'user'),
      };
    },
  },
  {
    name: 'time step of an authenticator, at step-ups of ten sessions',
    hands: OF_ACCOUNT,
    async ready(arena) {
      const ada = await insertCustomer(arena.portal.deps);
      const browsers: Browser[] = [];
      for (let count = 0; count < OF_ACCOUNT; count += 1)
        browsers.push((await signedIn(arena, ada)).browser);
      const code = codeAt(ada.totpSecret, new Date());
      return { grab: async (at) => accepted(await ask(browsers, at, 'auth.stepUp', { code })) };
    },
  },
  {
    name: 'recovery code, at a hundred sign-ins',
    async ready(arena) {
      const { deps } = arena.portal;
      const ada = await insertCustomer(deps);
      const browsers = await attempts(arena, ada, HANDS);
      const [code] = ada.recoveryCodes;
      return {
        grab: async (at) => accepted(await ask(browsers, at, 'auth.useRecoveryCode', { code })),
        left: async () => {
          const own = eq(recoveryCode.subjectId, ada.subjectId);
          const rows = await deps.connection.db.select().from(recoveryCode).where(own);
          return rows.filter(({ usedAt }) => usedAt !== null).length;
        },
      };
    },
  },
  {
    name: 'attempt that is answered by code and by recovery codes',
    hands: OF_ONE,
    async ready(arena) {
      const ada = await insertCustomer(arena.portal.deps);
      const { token } = await openSession(arena, ada, { kind: 'pending' });
      const code = codeAt(ada.totpSecret, new Date());
      return {
        grab: async (at) => {
          const browser = holding(arena, token, 'pending');
          const answer =
            at === 0
              ? browser.call('auth.verifyCode', { code })
              : browser.call('auth.useRecoveryCode', { code: ada.recoveryCodes[at] });
          return accepted(await answer);
        },
        left: () => sessionsOf(arena, ada, 'user'),
      };
    },
  },
  {
    name: 'first factor of an account',
    hands: OF_ACCOUNT,
    async ready(arena) {
      const { deps, world } = { ...arena.portal, world: arena.world };
      const eve = await insertCustomer(deps, { factor: false });
      await world.owner
        .sql`update account set email_verified_at = now() where subject_id = ${eve.subjectId}`;
      const browsers = await attempts(arena, eve, OF_ACCOUNT);
      const begun = await ask(browsers, 0, 'auth.beginEnrolment', {});
      const code = codeAt(done<{ secret: string }>(begun).secret, new Date());
      return {
        grab: async (at) => accepted(await ask(browsers, at, 'auth.confirmEnrolment', { code })),
        left: () => sessionsOf(arena, eve, 'user'),
      };
    },
  },
  {
    name: 'one more app, by one code',
    hands: OF_ONE,
    async ready(arena) {
      const ada = await insertCustomer(arena.portal.deps);
      const { browser, token } = await signedIn(arena, ada, { stepUpAt: new Date() });
      const { secret } = done<{ secret: string }>(await browser.call('auth.beginNewApp'));
      const code = codeAt(secret, new Date());
      return {
        grab: async () =>
          accepted(await holding(arena, token).call('auth.confirmNewApp', { code })),
      };
    },
  },
  {
    name: 'step-up for one act, spent by a hundred transactions',
    async ready(arena) {
      const { deps } = arena.portal;
      const ada = await insertCustomer(deps);
      const { token } = await signedIn(arena, ada, provedFor('erasure_confirm'));
      const sessionId = deps.vault.hashToken('session', token);
      const act = 'erasure_confirm' as const;
      return {
        grab: () =>
          deps.connection.db.transaction((tx) =>
            spendStepUp(tx, { vault: deps.vault, sessionId, act }),
          ),
      };
    },
  },
];

function ask(browsers: readonly Browser[], at: number, path: string, input: unknown) {
  const browser = browsers[at];
  if (!browser) throw new RangeError('fewer browsers than hands');
  return browser.call(path, input);
}
