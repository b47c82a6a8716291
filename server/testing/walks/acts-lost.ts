import { STATEMENT, WHY } from '../../support/lost-factors/testing.ts';
import type { Act } from './act.ts';
import { newCodes } from './acts-factors.ts';
import { atDesk, call, from, hasLink, kill, type Must, opens, pickLink, readMail } from './call.ts';
import { newestFactor } from './compare.ts';
import { codeOfNewApp, newPasskey } from './new-factor.ts';
import {
  addFactor,
  DAY,
  endAll,
  endRenewal,
  forgiveGuess,
  HOUR,
  inUse,
  isLive,
  isRestricted,
  leave,
  opened,
  stopCase,
  takeGuess,
} from './rules.ts';
import {
  type Browser,
  type Factor,
  isStranger,
  knowsPassword,
  type Session,
  type Walk,
} from './state.ts';

const WAIT = 72 * HOUR;
const COOL_DOWN = 7 * DAY;

const running = ({ recovery }: Walk) => (recovery && !recovery.ended ? recovery : null);
/** Ada stops what strangers began more often than not; some walks go on to the end. */
const renewing = (walk: Walk, { held: { recovery } }: Browser) =>
  recovery?.renewal === true && isLive(walk, recovery);

function mayRenew(session: Session | null): Must {
  if (!session) return 'ATTEMPT_ENDED';
  return session.renewal ? null : 'NOT_ALLOWED';
}

/** In the commit of the new factor the old ones go, and every session. */
function finished(
  walk: Walk,
  browser: Browser,
  { factor, codes, methods }: { factor: Factor; codes: string[]; methods: string[] },
): void {
  walk.gone.push(...walk.factors);
  walk.factors = [];
  addFactor(walk, factor);
  endAll(walk);
  if (walk.recovery) walk.recovery.ended = true;
  endRenewal(walk);
  newCodes(walk, browser, codes);
  walk.begun = null;
  walk.restrictedUntil = walk.now + COOL_DOWN;
  if (isStranger(browser.who)) walk.letIn.add(browser.who);
  leave(browser, 'recovery');
  opened(walk, browser, { kind: 'user', methods, proved: true, aal2At: walk.now });
}

export const lostActs: Record<string, Act> = {
  askForCase: {
    weigh: (walk, { held: { pending } }) =>
      pending && isLive(walk, pending) && !running(walk) ? 8 : 1,
    async does(walk, browser) {
      const attempt = inUse(walk, browser, 'pending');
      const got = await call(walk, 'lostFactors.ask', attempt ? null : 'ATTEMPT_ENDED', () =>
        from(walk, browser).lostFactors.ask({}),
      );
      return got.done ? `${(await readMail(walk)).length} letters` : got.code;
    },
  },
  openCase: {
    weigh: (walk, { who }) => (hasLink(walk, who, 'lost_factors') ? 30 : 1),
    async does(walk, browser, n) {
      const token = pickLink(walk, browser, 'lost_factors', n);
      const must = opens(walk, token, 'lost_factors') ? null : 'LINK_NOT_VALID';
      const got = await call(walk, 'lostFactors.open', must, () =>
        from(walk, browser).lostFactors.open({ token, statement: STATEMENT }),
      );
      if (!got.done) return got.code;
      kill(walk, token);
      const { reference } = got.value;
      if (running(walk)) return 'led to the one that is open';
      const stop = (await readMail(walk)).find(
        (one) => walk.links.get(one)?.purpose === 'recovery_stop',
      );
      walk.recovery = {
        reference,
        stop: stop ?? '',
        openedAt: walk.now,
        proposedBy: null,
        approved: false,
        ended: false,
      };
      return 'opened';
    },
  },
  stopCaseByLink: {
    weigh: (walk, { who }) =>
      running(walk) && hasLink(walk, who, 'recovery_stop') ? (isStranger(who) ? 1 : 3) : 1,
    async does(walk, browser, n) {
      const token = pickLink(walk, browser, 'recovery_stop', n);
      const must = running(walk)?.stop === token ? null : 'LINK_NOT_VALID';
      const got = await call(walk, 'lostFactors.stopByLink', must, () =>
        from(walk, browser).lostFactors.stopByLink({ token }),
      );
      if (!got.done) return got.code;
      stopCase(walk);
      return 'stopped';
    },
  },
  stopCaseSignedIn: {
    weigh: (walk, { held }) => (held.user && running(walk) ? 16 : 1),
    async does(walk, browser) {
      const session = inUse(walk, browser, 'user');
      const there: Must = running(walk) ? null : 'NOT_FOUND';
      const may: Must = isRestricted(walk) ? 'RECOVERY_COOL_DOWN' : there;
      const got = await call(walk, 'lostFactors.stop', session ? may : 'SIGNED_OUT', () =>
        from(walk, browser).lostFactors.stop({}),
      );
      if (!got.done) return got.code;
      stopCase(walk);
      return 'stopped';
    },
  },
  /** Somebody of support looks at the case; they work whoever is at a browser. */
  support: {
    weigh: (walk) =>
      running(walk) ? (walk.now - (running(walk)?.openedAt ?? 0) > WAIT ? 30 : 4) : 0,
    async does(walk, _browser, n) {
      const { recovery } = walk;
      if (!recovery) return 'no case';
      const agent = n % 2 === 0 ? 0 : 1;
      const desk = (await atDesk(walk, agent)).lostFactorsDesk;
      const { reference, proposedBy, approved, ended } = recovery;
      if (n % 23 === 0) {
        const refusing = () => desk.refuse({ reference, reason: WHY });
        const got = await call(
          walk,
          'lostFactorsDesk.refuse',
          ended ? 'RECOVERY_NOT_OPEN' : null,
          refusing,
        );
        if (got.done) stopCase(walk);
        return got.done ? 'refused' : got.code;
      }
      if (proposedBy === null) {
        const early = walk.now - recovery.openedAt < WAIT;
        // What stands in the way of an ended one is told in its own words.
        const must = ended ? 'refused' : early ? 'RECOVERY_WAITS' : null;
        const got = await call(walk, 'lostFactorsDesk.propose', must, () =>
          desk.propose({ reference, reason: WHY }),
        );
        if (!got.done) return got.code;
        recovery.proposedBy = agent;
        return `proposed by ${agent}`;
      }
      const other: Must = agent === proposedBy ? 'FOUR_EYES_NEEDED' : null;
      const must = ended || approved ? 'RECOVERY_NOT_OPEN' : other;
      const got = await call(walk, 'lostFactorsDesk.approve', must, () =>
        desk.approve({ reference }),
      );
      if (!got.done) return got.code;
      recovery.approved = true;
      await readMail(walk);
      return `approved by ${agent}`;
    },
  },
  openCaseLink: {
    weigh: (walk, browser) =>
      hasLink(walk, browser.who, 'factor_recovery') && !renewing(walk, browser) ? 30 : 1,
    async does(walk, browser, n) {
      const token = pickLink(walk, browser, 'factor_recovery', n);
      const right = knowsPassword(browser.who) && n % 5 !== 0;
      const password = right ? walk.password : 'nobody ever chose this';
      const fits: Must = right ? null : 'SIGN_IN_REFUSED';
      const must = opens(walk, token, 'factor_recovery') ? fits : 'LINK_NOT_VALID';
      const got = await call(walk, 'lostFactors.begin', must, () =>
        from(walk, browser).lostFactors.begin({ token, password }),
      );
      if (!got.done) return got.code;
      for (const session of walk.sessions) if (session.renewal) session.ended = true;
      const methods = ['pwd', 'mail', 'case'];
      opened(walk, browser, { kind: 'recovery', methods, proved: false, renewal: true });
      return 'may add a factor';
    },
  },
  renewApp: {
    weigh: (walk, browser) => (renewing(walk, browser) ? 30 : 1),
    async does(walk, browser, n) {
      const session = inUse(walk, browser, 'recovery');
      const may = mayRenew(session);
      const began = await call(walk, 'lostFactors.beginFactor', may, () =>
        from(walk, browser).lostFactors.beginFactor({}),
      );
      const { own, code, step } = codeOfNewApp(walk, browser, began, n);
      const refusal: Must = step === null ? 'CODE_REFUSED' : null;
      const must = may ?? (session && (takeGuess(walk, session) ?? refusal));
      const got = await call(walk, 'lostFactors.confirmFactor', must, () =>
        from(walk, browser).lostFactors.confirmFactor({ code }),
      );
      if (!got.done || !session || !own || step === null) return got.done ? 'in' : got.code;
      forgiveGuess(walk, session);
      const id = await newestFactor(walk, 'app');
      const { secret } = own;
      const factor = { kind: 'app', id, secret, holder: browser.who, lastStep: step } as const;
      const codes = got.value.recoveryCodes;
      finished(walk, browser, { factor, codes, methods: ['pwd', 'otp'] });
      return 'in, with a new app';
    },
  },
  renewPasskey: {
    weigh: (walk, browser) => (renewing(walk, browser) ? 20 : 1),
    async does(walk, browser, n) {
      const session = inUse(walk, browser, 'recovery');
      const may = mayRenew(session);
      const asked = await call(walk, 'lostFactors.beginPasskey', may, () =>
        from(walk, browser).lostFactors.beginPasskey({}),
      );
      const { device, passkey, fits } = newPasskey(asked, n);
      const got = await call(walk, 'lostFactors.confirmPasskey', may ?? fits, () =>
        from(walk, browser).lostFactors.confirmPasskey({ passkey }),
      );
      if (!got.done) return got.code;
      const id = await newestFactor(walk, 'passkey');
      const factor = { kind: 'passkey', id, device, holder: browser.who } as const;
      const codes = got.value.recoveryCodes;
      finished(walk, browser, { factor, codes, methods: ['pwd', 'hwk', 'user'] });
      return 'in, with a new passkey';
    },
  },
};
