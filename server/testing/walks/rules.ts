import { codeAt, STEP_SECONDS } from '../../auth/totp.ts';
import {
  type App,
  type Browser,
  type Factor,
  type Kind,
  type Session,
  type Walk,
  WalkFault,
  type Who,
} from './state.ts';

// What must be so, written down once more, beside the portal and without it.

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const FRESH = 5 * MINUTE;
const WINDOW = 15 * MINUTE;
const PER_ATTEMPT = 5;
const PER_ACCOUNT = 10;
const MOST_SESSIONS = 10;
const lasts: Record<Kind, { idle: number; absolute: number }> = {
  pending: { idle: 10 * MINUTE, absolute: 10 * MINUTE },
  user: { idle: 30 * MINUTE, absolute: 12 * HOUR },
  recovery: { idle: 15 * MINUTE, absolute: 15 * MINUTE },
};

export function isLive({ now }: Walk, { ended, expiresAt, absoluteAt }: Session): boolean {
  return !ended && now < expiresAt && now < absoluteAt;
}

/** The session behind a browser's cookie; one that is in use goes on for its idle time. */
export function inUse(walk: Walk, browser: Browser, kind: Kind): Session | null {
  const session = browser.held[kind];
  if (!session) return null;
  if (!isLive(walk, session)) {
    session.ended = true;
    return null;
  }
  const { idle } = lasts[kind];
  if (kind === 'user' && session.expiresAt - walk.now <= idle / 2)
    session.expiresAt = Math.min(walk.now + idle, session.absoluteAt);
  return session;
}

type Opened = Pick<Session, 'kind' | 'methods' | 'proved'> &
  Partial<Pick<Session, 'aal2At' | 'stepUpAt' | 'renewal'>>;

/** A session that a browser has been given; its cookie is in the jar. */
export function opened(walk: Walk, browser: Browser, from: Opened): Session {
  const { kind } = from;
  const { now } = walk;
  const token = browser.jar.tokens[kind];
  if (!token) throw new WalkFault(`no ${kind} cookie was set`);
  leave(browser, kind);
  const session: Session = {
    aal2At: null,
    stepUpAt: null,
    renewal: false,
    ...from,
    who: browser.who,
    token,
    authAt: now,
    stepUpFor: null,
    expiresAt: now + lasts[kind].idle,
    absoluteAt: now + lasts[kind].absolute,
    failures: 0,
    ended: false,
  };
  walk.sessions.push(session);
  browser.held[kind] = session;
  const kept = walk.sessions.filter((one) => one.kind === 'user' && !one.ended).length;
  if (kept > MOST_SESSIONS) walk.crowded = true;
  return session;
}

/** The cookie of a session is another one now; the session may stand on without a browser. */
export function leave(browser: Browser, kind: Kind): void {
  const session = browser.held[kind];
  if (session) browser.spent.push({ kind, token: session.token });
  delete browser.held[kind];
}

/** A session in use has got a new token. */
export function renewed(browser: Browser, session: Session, changes: Partial<Session> = {}): void {
  const token = browser.jar.tokens[session.kind];
  if (!token || token === session.token) throw new WalkFault('the session kept its token');
  browser.spent.push({ kind: session.kind, token: session.token });
  Object.assign(session, { token, ...changes });
}

export function endAll(walk: Walk, except: Session | null = null): void {
  for (const session of walk.sessions) if (session !== except) session.ended = true;
}

/** A second factor proved in this session within five minutes; that of the sign-in counts where `signIn` says so. */
export function isFresh({ now }: Walk, { stepUpAt, aal2At }: Session, signIn: boolean): boolean {
  const at = stepUpAt ?? (signIn ? aal2At : null);
  return at !== null && now - at <= FRESH;
}

export const isRestricted = (walk: Walk): boolean => walk.restrictedUntil > walk.now;

/** One of five refusals of a session. One too many ends it. */
export function takeAttempt(session: Session): 'ATTEMPT_ENDED' | null {
  if (session.failures < PER_ATTEMPT) {
    session.failures += 1;
    return null;
  }
  session.ended = true;
  return 'ATTEMPT_ENDED';
}

/** One guess of a code, out of the session's budget and the account's. */
export function takeGuess(
  walk: Walk,
  session: Session,
): 'ATTEMPT_ENDED' | 'CODE_CHECK_CLOSED' | null {
  const ended = takeAttempt(session);
  if (ended) return ended;
  const { now } = walk;
  const guard = walk.guard;
  if (!guard) {
    walk.guard = { failures: 1, windowAt: now, closedUntil: 0 };
    return null;
  }
  if (guard.closedUntil > now) return 'CODE_CHECK_CLOSED';
  if (guard.windowAt < now - WINDOW) Object.assign(guard, { failures: 0, windowAt: now });
  guard.failures += 1;
  if (guard.failures <= PER_ACCOUNT) return null;
  Object.assign(guard, { failures: 0, closedUntil: now + WINDOW });
  return 'CODE_CHECK_CLOSED';
}

export function forgiveGuess(walk: Walk, session: Session): void {
  session.failures = 0;
  if (walk.guard) walk.guard.failures = 0;
}

export const apps = ({ factors }: Walk): App[] => factors.filter((one) => one.kind === 'app');
export const passkeys = ({ factors }: Walk) => factors.filter((one) => one.kind === 'passkey');
export const heldBy = (factors: readonly Factor[], who: Who) =>
  factors.filter(({ holder }) => holder === who);

/** The code of an app so many steps from now. */
export function codeOf(secret: string, { now }: Walk, steps = 0): string {
  return codeAt(secret, new Date(now + steps * STEP_SECONDS * SECOND));
}

const stepNow = ({ now }: Walk): number => Math.floor(now / SECOND / STEP_SECONDS);

/** The step of an app whose code this is: the present one or the one before. */
export function stepOf(secret: string, code: string, walk: Walk): number | null {
  for (const back of [0, 1]) if (codeOf(secret, walk, -back) === code) return stepNow(walk) - back;
  return null;
}

/** What comes of a code of an app, whosever it is; each is good once, and none of before it. */
export function judgeCode(
  walk: Walk,
  code: string,
): { refusal: 'CODE_REFUSED' | 'CODE_ALREADY_USED' | null; take: () => void } {
  let used = false;
  for (const app of apps(walk)) {
    const step = stepOf(app.secret, code, walk);
    if (step === null) continue;
    if (step > app.lastStep)
      return {
        refusal: null,
        take: () => {
          app.lastStep = step;
          walk.seen.push(code);
        },
      };
    used = true;
  }
  return { refusal: used ? 'CODE_ALREADY_USED' : 'CODE_REFUSED', take: () => {} };
}

/** A code that no app has at this moment or around it. */
export function wrongCode(walk: Walk): string {
  const secrets = [...apps(walk).map(({ secret }) => secret), walk.begun?.secret ?? []].flat();
  const near = new Set(
    secrets.flatMap((secret) => [-2, -1, 0, 1].map((steps) => codeOf(secret, walk, steps))),
  );
  for (let number = 0; ; number += 1) {
    const code = String(number * 7919).padStart(6, '0');
    if (!near.has(code)) return code;
  }
}

/** Ends the case about lost factors that is under way, with its links and what they opened. */
export function stopCase(walk: Walk): void {
  if (!walk.recovery || walk.recovery.ended) return;
  walk.recovery.ended = true;
  endRenewal(walk);
}

export function endRenewal(walk: Walk): void {
  for (const session of walk.sessions) if (session.renewal) session.ended = true;
  killLinks(walk, ['lost_factors', 'factor_recovery']);
}

/** A factor that was proved stops it, unless the factor itself came by such a case lately. */
export function stopByFactor(walk: Walk): void {
  if (!isRestricted(walk)) stopCase(walk);
}

const rows = ['sign_up', 'verify_email', 'reset_password', 'lost_factors', 'factor_recovery'];

/** Links stored as rows open nothing any more; those that only take away stay. */
export function killLinks(walk: Walk, purposes: readonly string[] = rows): void {
  for (const link of walk.links.values()) if (purposes.includes(link.purpose)) link.dead = true;
}

export function addFactor(walk: Walk, factor: Factor): void {
  walk.factors.push(factor);
  walk.protectedSince ??= walk.now;
}
