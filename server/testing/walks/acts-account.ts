import { eq } from 'drizzle-orm';
import { session as table } from '../../../db/schema/auth.ts';
import type { Act } from './act.ts';
import { call, from, hasLink, type Must, pickLink, readMail } from './call.ts';
import {
  endAll,
  HOUR,
  inUse,
  isFresh,
  isLive,
  isRestricted,
  killLinks,
  renewed,
  stopCase,
} from './rules.ts';
import { type Session, type Walk, WalkFault } from './state.ts';

const UNDO = 72 * HOUR;
const CONFIRM = HOUR;

function mayAsk(walk: Walk, session: Session | null): Must {
  if (!session) return 'SIGNED_OUT';
  if (isRestricted(walk)) return 'RECOVERY_COOL_DOWN';
  return isFresh(walk, session, true) ? null : 'STEP_UP_REQUIRED';
}

function mayConfirm(walk: Walk, session: Session | null): Must {
  if (!session) return 'SIGNED_OUT';
  if (isRestricted(walk)) return 'RECOVERY_COOL_DOWN';
  const proved = isFresh(walk, session, false) && session.stepUpFor === 'email_commit';
  return proved ? null : 'STEP_UP_REQUIRED';
}

export const accountActs: Record<string, Act> = {
  askNewAddress: {
    weigh: (walk, { held }) => (held.user && isFresh(walk, held.user, true) ? 5 : 1),
    async does(walk, browser) {
      const session = inUse(walk, browser, 'user');
      const after = `new.${walk.readers.size}.${walk.subjectId.slice(-12)}@example.test`;
      const asking = () => from(walk, browser).account.askEmailChange({ email: after });
      const got = await call(walk, 'account.askEmailChange', mayAsk(walk, session), asking);
      if (!got.done) return got.code;
      const { now, email: before } = walk;
      walk.readers.set(after, new Set([browser.who]));
      for (const one of walk.changes)
        if (!one.confirmed && !one.ended && one.expiresAt > now) one.expiresAt = now;
      const found = await readMail(walk);
      const tokenOf = (purpose: string) =>
        found.find((token) => walk.links.get(token)?.purpose === purpose) ?? '';
      walk.changes.push({
        confirm: tokenOf('email_confirm'),
        undo: tokenOf('email_undo'),
        requestedAt: now,
        expiresAt: now + CONFIRM,
        undoUntil: now + UNDO,
        before,
        after,
        confirmed: false,
        ended: false,
      });
      return after;
    },
  },
  confirmNewAddress: {
    weigh: (walk, { held, who }) =>
      held.user && hasLink(walk, who, 'email_confirm')
        ? held.user.stepUpFor === 'email_commit'
          ? 40
          : 3
        : 1,
    async does(walk, browser, n) {
      const session = inUse(walk, browser, 'user');
      const token = pickLink(walk, browser, 'email_confirm', n);
      const change = walk.changes.find(
        (one) => one.confirm === token && !one.confirmed && !one.ended && one.expiresAt > walk.now,
      );
      const must = mayConfirm(walk, session) ?? (change ? null : 'LINK_NOT_VALID');
      const got = await call(walk, 'account.confirmEmailChange', must, () =>
        from(walk, browser).account.confirmEmailChange({ token }),
      );
      if (!got.done || !session || !change) return got.done ? 'confirmed' : got.code;
      Object.assign(change, { confirmed: true, undoUntil: walk.now + UNDO });
      walk.email = change.after;
      killLinks(walk);
      endAll(walk, session);
      renewed(browser, session, { stepUpFor: null });
      return walk.email;
    },
  },
  /** The link that the old mailbox got: it freezes the account's way in, and takes the old address back. */
  takeAddressBack: {
    weigh: (walk, { who }) => (hasLink(walk, who, 'email_undo') ? 4 : 1),
    async does(walk, browser, n) {
      const token = pickLink(walk, browser, 'email_undo', n);
      const change = walk.changes.find(
        (one) => one.undo === token && !one.ended && one.undoUntil > walk.now,
      );
      const got = await call(
        walk,
        'account.undoEmailChange',
        change ? null : 'LINK_NOT_VALID',
        () => from(walk, browser).account.undoEmailChange({ token }),
      );
      if (!got.done || !change) return got.done ? 'undone' : got.code;
      const outcome = change.before === walk.email ? 'stopped' : 'restored';
      if (got.value.outcome !== outcome) throw new WalkFault(`undone: ${got.value.outcome}`);
      walk.email = change.before;
      for (const one of walk.changes) if (one.requestedAt >= change.requestedAt) one.ended = true;
      killLinks(walk);
      stopCase(walk);
      endAll(walk);
      return outcome;
    },
  },
  endOne: {
    weigh: (walk, { held }) => (held.user && walk.sessions.length > 1 ? 3 : 1),
    async does(walk, browser, n) {
      const session = inUse(walk, browser, 'user');
      const open = walk.sessions.filter((one) => one.kind === 'user' && isLive(walk, one));
      const one = open[n % Math.max(1, open.length)];
      const handle = (one && (await handleOf(walk, one))) ?? crypto.randomUUID();
      if (one && walk.crowded) return 'some may have ended';
      const known: Must = one ? (one === session ? 'THIS_SESSION' : null) : 'NOT_FOUND';
      const got = await call(walk, 'auth.endSession', session ? known : 'SIGNED_OUT', () =>
        from(walk, browser).auth.endSession({ handle }),
      );
      if (!got.done || !one) return got.done ? 'ended' : got.code;
      one.ended = true;
      return `that of ${one.who}`;
    },
  },
  endOthers: {
    weigh: (_walk, { held }) => (held.user ? 2 : 1),
    async does(walk, browser) {
      const session = inUse(walk, browser, 'user');
      const got = await call(walk, 'auth.endOtherSessions', session ? null : 'SIGNED_OUT', () =>
        from(walk, browser).auth.endOtherSessions({}),
      );
      if (!got.done) return got.code;
      endAll(walk, session);
      return 'ended';
    },
  },
  notMe: {
    weigh: (walk, { held }) => (held.user && isFresh(walk, held.user, true) ? 3 : 1),
    async does(walk, browser) {
      const session = inUse(walk, browser, 'user');
      const fresh: Must = session && isFresh(walk, session, true) ? null : 'STEP_UP_REQUIRED';
      const got = await call(walk, 'alarm.raise', session ? fresh : 'SIGNED_OUT', () =>
        from(walk, browser).alarm.raise({ words: '' }),
      );
      if (!got.done || !session) return got.done ? 'raised' : got.code;
      for (const one of walk.changes)
        if (!one.confirmed && one.expiresAt > walk.now) one.expiresAt = walk.now;
      const recoveries = isRestricted(walk) ? [] : ['lost_factors', 'factor_recovery'];
      killLinks(walk, ['verify_email', 'reset_password', 'sign_up', ...recoveries]);
      if (!isRestricted(walk)) stopCase(walk);
      endAll(walk, session);
      renewed(browser, session);
      return 'raised';
    },
  },
};

async function handleOf({ deps }: Walk, { token }: Session): Promise<string | undefined> {
  const id = deps.vault.hashToken('session', token);
  const [row] = await deps.connection.db
    .select({ handle: table.handle })
    .from(table)
    .where(eq(table.id, id));
  return row?.handle;
}
