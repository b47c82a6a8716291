import { PASSWORD } from '../../sign-up/testing.ts';
import type { Act } from './act.ts';
import { newCodes } from './acts-factors.ts';
import { call, from, hasLink, kill, type Must, opens, pickLink, readMail } from './call.ts';
import { newestFactor } from './compare.ts';
import { codeOfNewApp, newPasskey } from './new-factor.ts';
import { addFactor, forgiveGuess, inUse, isLive, opened, takeGuess } from './rules.ts';
import type { Browser, Session, Walk } from './state.ts';

export { PASSWORD };

/** Only who has the password and no factor may add the first one. */
function mayEnrol({ factors }: Walk, attempt: Session | null): Must {
  if (!attempt) return 'ATTEMPT_ENDED';
  return factors.length > 0 ? 'NOT_ALLOWED' : null;
}

const mailbox = ({ emailVerified }: Walk): Must => (emailVerified ? null : 'NOT_ALLOWED');

/** How likely: nearly nothing else can be done by whoever is to add the first factor. */
function likely(walk: Walk, { held: { pending } }: Browser, first: number): number {
  if (!pending || !isLive(walk, pending)) return 1;
  return walk.factors.length === 0 ? first : 6;
}

function enter(walk: Walk, browser: Browser, attempt: Session, methods: string[]): void {
  attempt.ended = true;
  const { now } = walk;
  opened(walk, browser, { kind: 'user', methods, proved: true, aal2At: now, stepUpAt: now });
}

export const signUpActs: Record<string, Act> = {
  sendVerification: {
    weigh: (walk, browser) => (walk.emailVerified ? 1 : likely(walk, browser, 60)),
    async does(walk, browser) {
      const must = mayEnrol(walk, inUse(walk, browser, 'pending'));
      const got = await call(walk, 'auth.sendVerification', must, () =>
        from(walk, browser).auth.sendVerification({}),
      );
      if (!got.done) return got.code;
      return `${(await readMail(walk)).length} letters`;
    },
  },
  verifyEmail: {
    weigh: (walk, { who }) => (hasLink(walk, who, 'verify_email') ? 60 : 1),
    async does(walk, browser, n) {
      const token = pickLink(walk, browser, 'verify_email', n);
      const must = opens(walk, token, 'verify_email') ? null : 'LINK_NOT_VALID';
      const got = await call(walk, 'auth.verifyEmail', must, () =>
        from(walk, browser).auth.verifyEmail({ token }),
      );
      if (!got.done) return got.code;
      kill(walk, token);
      walk.emailVerified = true;
      return 'verified';
    },
  },
  enrolApp: {
    weigh: (walk, browser) => likely(walk, browser, walk.emailVerified ? 40 : 5),
    async does(walk, browser, n) {
      const attempt = inUse(walk, browser, 'pending');
      const may = mayEnrol(walk, attempt);
      const { auth } = from(walk, browser);
      const began = await call(walk, 'auth.beginEnrolment', may ?? mailbox(walk), () =>
        auth.beginEnrolment({}),
      );
      const { own, code, step } = codeOfNewApp(walk, browser, began, n);
      const refusal: Must = step === null ? 'CODE_REFUSED' : null;
      const must = may ?? (attempt && (takeGuess(walk, attempt) ?? refusal));
      const got = await call(walk, 'auth.confirmEnrolment', must, () =>
        from(walk, browser).auth.confirmEnrolment({ code }),
      );
      if (!got.done || !attempt || !own || step === null) return got.done ? 'in' : got.code;
      const id = await newestFactor(walk, 'app');
      addFactor(walk, { kind: 'app', id, secret: own.secret, holder: browser.who, lastStep: step });
      walk.begun = null;
      forgiveGuess(walk, attempt);
      newCodes(walk, browser, got.value.recoveryCodes);
      enter(walk, browser, attempt, ['pwd', 'otp']);
      return 'in, with an app';
    },
  },
  enrolPasskey: {
    weigh: (walk, browser) => likely(walk, browser, walk.emailVerified ? 40 : 5),
    async does(walk, browser, n) {
      const attempt = inUse(walk, browser, 'pending');
      const may = mayEnrol(walk, attempt);
      const asked = await call(walk, 'auth.beginPasskeyEnrolment', may ?? mailbox(walk), () =>
        from(walk, browser).auth.beginPasskeyEnrolment({}),
      );
      const { device, passkey, fits } = newPasskey(asked, n);
      const got = await call(walk, 'auth.confirmPasskeyEnrolment', may ?? fits, () =>
        from(walk, browser).auth.confirmPasskeyEnrolment({ passkey }),
      );
      if (!got.done || !attempt) return got.done ? 'in' : got.code;
      const id = await newestFactor(walk, 'passkey');
      addFactor(walk, { kind: 'passkey', id, device, holder: browser.who });
      newCodes(walk, browser, got.value.recoveryCodes);
      enter(walk, browser, attempt, ['pwd', 'hwk', 'user']);
      return 'in, with a passkey';
    },
  },
  /** The link of the sign-up, once more: it opened the account, and opens nothing now. */
  completeAgain: {
    weigh: (walk, { who }) =>
      [...walk.links.values()].some((one) => one.purpose === 'sign_up' && one.readers.has(who))
        ? 2
        : 0,
    async does(walk, browser, n) {
      const token = pickLink(walk, browser, 'sign_up', n);
      const got = await call(walk, 'signUp.complete', 'LINK_NOT_VALID', () =>
        from(walk, browser).signUp.complete({ token, password: PASSWORD }),
      );
      return got.done ? 'an account' : got.code;
    },
  },
};
