import { eq } from 'drizzle-orm';
import { account, emailChange } from '../../../db/schema/account.ts';
import { factorRecovery } from '../../../db/schema/factor-recovery.ts';
import { codeAt } from '../../../server/auth/totp.ts';
import { ask as askForAccount, lastAsked, PASSWORD } from '../../../server/sign-up/testing.ts';
import { mailedToken } from '../../../server/testing/letters.ts';
import { insertCustomer, insertStaff } from '../../../server/testing/people.ts';
import { browserAt, done } from '../browser.ts';
import { approvedAfter, openedCase, STATEMENT, stopOf } from '../recovery-case.ts';
import { type Arena, linkFor, provedFor, sessionsOf, signedIn } from './arena.ts';
import type { Prize } from './prize.ts';

const accepted = ({ code }: { code: string | null }) => code === null;
const stranger = ({ portal: { url } }: Arena, door?: '/trpc' | '/console/trpc') =>
  browserAt(url, door ? { door } : {});

/** Links that are mailed, each for one act. */
export const links: Prize[] = [
  {
    name: 'link that proves a mailbox',
    async ready(arena) {
      const eve = await insertCustomer(arena.portal.deps, { factor: false });
      const token = await linkFor(arena, eve, 'verify_email');
      return {
        grab: async () => accepted(await stranger(arena).call('auth.verifyEmail', { token })),
      };
    },
  },
  ...(['reset_password', 'welcome'] as const).map(
    (purpose): Prize => ({
      name: `link of the letter ${purpose}`,
      async ready(arena) {
        const ada = await insertCustomer(arena.portal.deps);
        const token = await linkFor(arena, ada, purpose);
        return {
          grab: async () => accepted(await stranger(arena).call('auth.beginRecovery', { token })),
          left: () => sessionsOf(arena, ada, 'recovery'),
        };
      },
    }),
  ),
  {
    name: 'link of a sign-up',
    async ready(arena) {
      const { deps } = arena.portal;
      await askForAccount(deps, new Date(), { email: `${crypto.randomUUID()}@example.test` });
      const subjectId = await lastAsked(deps);
      const token = await mailedToken(deps, subjectId, 'sign_up');
      const input = { token, password: PASSWORD };
      return {
        grab: async () => accepted(await stranger(arena).call('signUp.complete', input)),
        left: () => deps.connection.db.$count(account, eq(account.subjectId, subjectId)),
      };
    },
  },
  {
    name: 'invitation of staff',
    async ready(arena) {
      const label = `Support agent S-${crypto.randomUUID().slice(0, 8)}`;
      const agent = await insertStaff(arena.portal.deps, { label });
      const token = await linkFor(arena, agent, 'staff_invite');
      const at = () => stranger(arena, '/console/trpc');
      return {
        grab: async () => accepted(await at().call('auth.beginRecovery', { token })),
        left: () => sessionsOf(arena, agent, 'recovery'),
      };
    },
  },
  {
    name: 'link that opens a case about lost factors',
    async ready(arena) {
      const { deps } = arena.portal;
      const ada = await insertCustomer(deps);
      const token = await linkFor(arena, ada, 'lost_factors');
      const input = { token, statement: STATEMENT };
      return {
        grab: async () => accepted(await stranger(arena).call('lostFactors.open', input)),
        left: () =>
          deps.connection.db.$count(factorRecovery, eq(factorRecovery.subjectId, ada.subjectId)),
      };
    },
  },
  {
    name: 'link that stops a recovery',
    async ready(arena) {
      const { deps } = arena.portal;
      const ada = await insertCustomer(deps);
      await openedCase(deps, ada);
      const token = await stopOf(deps, ada);
      return {
        grab: async () => accepted(await stranger(arena).call('lostFactors.stopByLink', { token })),
      };
    },
  },
  {
    name: 'link of an approved recovery, at the new factor',
    hands: 5,
    async ready(arena) {
      const { deps } = arena.portal;
      const ada = await insertCustomer(deps);
      const token = await approvedAfter(deps, ada, arena.round);
      const browser = stranger(arena);
      done(await browser.call('lostFactors.begin', { token, password: ada.password }));
      const { secret } = done<{ secret: string }>(await browser.call('lostFactors.beginFactor'));
      const code = codeAt(secret, new Date());
      return {
        grab: async () => accepted(await browser.call('lostFactors.confirmFactor', { code })),
        left: () => sessionsOf(arena, ada, 'user'),
      };
    },
  },
  {
    name: 'link that confirms a new address, with its step-up',
    async ready(arena) {
      const { deps } = arena.portal;
      const ada = await insertCustomer(deps);
      const asking = await signedIn(arena, ada);
      const email = `new.${ada.subjectId.slice(0, 8)}@example.test`;
      done(await asking.browser.call('account.askEmailChange', { email }));
      const token = await mailedToken(deps, ada.subjectId, 'email_change_confirm');
      const { browser } = await signedIn(arena, ada, provedFor('email_commit'));
      return {
        grab: async () => accepted(await browser.call('account.confirmEmailChange', { token })),
      };
    },
  },
  {
    name: 'link that takes a new address back',
    async ready(arena) {
      const { deps } = arena.portal;
      const ada = await insertCustomer(deps);
      const asking = await signedIn(arena, ada);
      const email = `new.${ada.subjectId.slice(0, 8)}@example.test`;
      done(await asking.browser.call('account.askEmailChange', { email }));
      const token = await mailedToken(deps, ada.subjectId, 'email_change_notice');
      return {
        grab: async () =>
          accepted(await stranger(arena).call('account.undoEmailChange', { token })),
        left: async () => {
          const own = eq(emailChange.subjectId, ada.subjectId);
          const [change] = await deps.connection.db.select().from(emailChange).where(own);
          return change?.endedAt ? 1 : 0;
        },
      };
    },
  },
];
