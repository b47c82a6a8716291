import type { Tx } from '../../db/connect.ts';
import type { Purpose, Section } from '../../db/data-map/vocabulary.ts';
import type { StaffRole } from '../../db/schema/account.ts';
import { assertAddressSettled } from '../account/address-cool-down.ts';
import { recordStaffView } from '../audit/staff-view.ts';
import { isProtected } from '../auth/factors.ts';
import { owesPasskey } from '../auth/owes-passkey.ts';
import { isRenewal } from '../auth/renewal.ts';
import { type LiveSession, readSession, spendStepUp } from '../auth/sessions.ts';
import { writeSignedIn } from '../auth/write-signed-in.ts';
import { DomainError } from '../errors.ts';
import { PASSWORD_COST, takeAnonymous } from './anonymous.ts';
import type { Context } from './context.ts';
import { middleware, procedureWith } from './init.ts';
import type { Meta } from './meta.ts';

/** A second factor counts this long for acts of the ordinary class. */
export const STEP_UP_MS = 5 * 60_000;

const open: Meta = {
  assurance: 'public',
  stepUp: 'none',
  roles: [],
  impersonation: 'deny',
  purpose: null,
  audit: 'none',
  post: true,
  whileDeleting: true,
  coolsDown: false,
  carriesAway: false,
};

const methodFits = middleware(({ ctx, meta, type, next }) => {
  if (meta?.post && type !== 'subscription' && ctx.method !== 'POST')
    throw new DomainError('INPUT_REFUSED');
  return next();
});

const anybody = (cost: number) =>
  procedureWith(open)
    .use(methodFits)
    .use(async ({ ctx, next }) => {
      await takeAnonymous(ctx, cost);
      return next();
    });

/** Anybody, within what one network may ask in a minute. */
export const publicProcedure = anybody(1);

/** The same for what checks or sets a password. */
export const passwordProcedure = anybody(PASSWORD_COST);

const sessionOf = (kind: 'pending' | 'recovery') =>
  middleware(async ({ ctx, next }) => {
    const session = await readSession({
      deps: ctx.deps,
      kind,
      token: ctx.tokens[kind],
      now: ctx.now,
      surface: ctx.surface,
    });
    if (!session) throw new DomainError('ATTEMPT_ENDED');
    return next({ ctx: { session, subjectId: session.subjectId } });
  });

/** Password accepted, second factor open: may only prove a factor that exists. */
export const pendingProcedure = procedureWith({
  ...open,
  assurance: 'pending',
  purpose: 'authenticate',
})
  .use(methodFits)
  .use(sessionOf('pending'));

/** Password accepted, no factor yet: may only prove the mailbox and add the first factor. */
export const enrollingProcedure = procedureWith({
  ...open,
  assurance: 'enrolling',
  purpose: 'authenticate',
})
  .use(methodFits)
  .use(sessionOf('pending'))
  .use(async ({ ctx, next }) => {
    const { deps, session, subjectId } = ctx;
    if (!owesPasskey(ctx, session) && (await isProtected(deps.connection.db, subjectId)))
      throw new DomainError('NOT_ALLOWED');
    return next();
  });

/** Came by a mailed link: may only set a password, after a second factor. */
export const recoveryProcedure = procedureWith({
  ...open,
  assurance: 'recovery',
  purpose: 'authenticate',
})
  .use(methodFits)
  .use(sessionOf('recovery'))
  .use(({ ctx, next }) => {
    if (isRenewal(ctx.session)) throw new DomainError('NOT_ALLOWED');
    return next();
  });

/** Came by the link of an approved case, with the password: may only add a factor in place of lost ones. */
export const renewingProcedure = procedureWith({
  ...open,
  assurance: 'renewing',
  purpose: 'authenticate',
})
  .use(methodFits)
  .use(sessionOf('recovery'))
  .use(({ ctx, next }) => {
    if (!isRenewal(ctx.session)) throw new DomainError('NOT_ALLOWED');
    return next();
  });

type SubjectOptions = {
  purpose: Purpose;
  audit?: Meta['audit'];
  /** Mutations are refused while the account waits for its deletion, unless they say otherwise. */
  whileDeleting?: boolean;
  /** Refused while `restrictedUntil` of the session lies ahead. */
  coolsDown?: boolean;
  /** Refused for a day after the e-mail address was changed. */
  carriesAway?: boolean;
};

/**
 * Signed in with a second factor. Everything below it has `subjectId`, from the session only. Support
 * that views the account is refused, and the refusal stands in the customer's log.
 */
export function subjectProcedure(options: SubjectOptions) {
  return signedInProcedure(options, 'none');
}

function signedInProcedure(
  {
    purpose,
    audit = 'none',
    whileDeleting = false,
    coolsDown = false,
    carriesAway = false,
  }: SubjectOptions,
  stepUp: Meta['stepUp'],
) {
  return procedureWith({
    ...open,
    assurance: 'mfa',
    stepUp,
    purpose,
    audit,
    whileDeleting,
    coolsDown,
    carriesAway,
  })
    .use(methodFits)
    .use(async ({ ctx, next, meta, type, path }) => {
      if (ctx.surface === 'console') return refuseViewer(ctx, path);
      const session = await signedIn(ctx);
      if (type === 'mutation') assertOwnPage(ctx, session);
      if (type === 'mutation' && !meta?.whileDeleting && session.status !== 'active') {
        throw new DomainError('ACCOUNT_READ_ONLY');
      }
      if (meta?.coolsDown) assertCooledDown(session, ctx.now);
      const { subjectId, handle } = session;
      if (meta?.carriesAway)
        await assertAddressSettled(ctx.deps.connection.db, { subjectId, now: ctx.now });
      const actor = { kind: 'subject', subjectId, sessionHandle: handle } as const;
      /** What an act of the person writes: refused once they are signed out. */
      const write = <T>(statements: (tx: Tx) => Promise<T>): Promise<T> =>
        writeSignedIn(ctx.deps.connection.db, { subjectId, handle, now: ctx.now }, statements);
      return next({ ctx: { session, subjectId, actor, write } });
    });
}

/**
 * A page that shows one person's account acts for no other: somebody may have signed in in another tab since,
 * and an act that waited for a fresh factor would be done to theirs.
 * @throws {DomainError} OTHER_ACCOUNT
 */
function assertOwnPage({ forAccount }: Context, { subjectId }: LiveSession): void {
  if (forAccount !== null && forAccount !== subjectId) throw new DomainError('OTHER_ACCOUNT');
}

/** @throws {DomainError} RECOVERY_COOL_DOWN with the seconds left of seven days after a recovery */
export function assertCooledDown(
  { restrictedUntil }: Pick<LiveSession, 'restrictedUntil'>,
  now: Date,
): void {
  const left = restrictedUntil ? restrictedUntil.getTime() - now.getTime() : 0;
  if (left > 0)
    throw new DomainError('RECOVERY_COOL_DOWN', { retryAfterSeconds: Math.ceil(left / 1_000) });
}

/** The acts that are never covered by an earlier second factor. */
export type OnceAct = 'erasure_confirm' | 'email_commit';

/** For what a stolen session must not do: a second factor within five minutes. */
export function stepUpProcedure(options: SubjectOptions) {
  return signedInProcedure(options, 'ordinary').use(({ ctx, next }) => {
    assertFresh(ctx.session, ctx.now);
    return next();
  });
}

/** @throws {DomainError} STEP_UP_REQUIRED when the second factor was proved more than five minutes ago */
function assertFresh({ stepUpAt, aal2At }: LiveSession, now: Date): void {
  const provedAt = stepUpAt ?? aal2At;
  if (!provedAt || now.getTime() - provedAt.getTime() > STEP_UP_MS)
    throw new DomainError('STEP_UP_REQUIRED');
}

/**
 * For what cannot be undone: a second factor proved for this act alone, and used up by it. The act calls
 * `spendStepUp` in its own transaction, after it has judged its input: a slip of the pen costs no code.
 */
export function onceProcedure(act: OnceAct, options: SubjectOptions) {
  return signedInProcedure(options, 'once').use(async ({ ctx, next }) => {
    const { id: sessionId, stepUpAt, stepUpFor } = ctx.session;
    const fresh = stepUpAt && ctx.now.getTime() - stepUpAt.getTime() <= STEP_UP_MS;
    if (!fresh || stepUpFor !== act) throw new DomainError('STEP_UP_REQUIRED');
    let spent = false;
    const result = await next({
      ctx: {
        async spendStepUp(tx: Tx): Promise<void> {
          if (!(await spendStepUp(tx, { vault: ctx.deps.vault, sessionId, act })))
            throw new DomainError('STEP_UP_REQUIRED');
          spent = true;
        },
      },
    });
    if (result.ok && !spent) throw new Error(`${act} was done without using up its step-up`);
    return result;
  });
}

/**
 * A customer's own page that support may view under a grant: queries only. The session's `grant` is null
 * for the person, or the leave under which the page is seen. A view is recorded before anything is read;
 * where `audit` is `own_read` the procedure records it itself, with the fields it shows. A page that
 * belongs to a `section` is shown where that is in the grant's scope.
 */
export function viewableProcedure({
  purpose,
  audit = 'none',
  section,
}: Pick<SubjectOptions, 'purpose' | 'audit'> & { section?: Section }) {
  return procedureWith({ ...open, assurance: 'mfa', impersonation: 'read', purpose, audit })
    .use(methodFits)
    .use(async ({ ctx, next, path }) => {
      if (ctx.surface === 'portal') {
        const session = await signedIn(ctx);
        return next({ ctx: { session, subjectId: session.subjectId } });
      }
      const session = await viewing(ctx);
      const inScope = section === undefined || session.grant?.scope.includes(section);
      const sections = section === undefined ? [] : [section];
      if (!inScope) {
        await recordStaffView(ctx, { session, page: path, sections, outcome: 'refused' });
        throw new DomainError('NOT_IN_SCOPE');
      }
      if (audit !== 'own_read') await recordStaffView(ctx, { session, page: path, sections });
      return next({ ctx: { session, subjectId: session.subjectId } });
    });
}

async function refuseViewer(ctx: Context, path: string): Promise<never> {
  const session = await viewing(ctx);
  await recordStaffView(ctx, { session, page: path, outcome: 'refused' });
  throw new DomainError('NOT_WHILE_IMPERSONATING');
}

type StaffOptions = {
  roles: readonly [StaffRole, ...StaffRole[]];
  purpose: Purpose;
  audit?: Meta['audit'];
};

/** Staff at the console, signed in with a second factor, in one of these roles. */
export function staffProcedure(options: StaffOptions) {
  return deskProcedure(options, 'none');
}

/** For what opens a customer's account or changes somebody's rights: a second factor within five minutes. */
export function staffStepUpProcedure(options: StaffOptions) {
  return deskProcedure(options, 'ordinary').use(({ ctx, next }) => {
    assertFresh(ctx.session, ctx.now);
    return next();
  });
}

function deskProcedure({ roles, purpose, audit = 'act' }: StaffOptions, stepUp: Meta['stepUp']) {
  return procedureWith({ ...open, assurance: 'staff', stepUp, roles, purpose, audit })
    .use(methodFits)
    .use(async ({ ctx, next, type }) => {
      const { deps, now, surface, tokens, watching } = ctx;
      const session = await readSession({
        deps,
        kind: 'staff',
        token: tokens.staff,
        now,
        surface,
        watching,
      });
      const { staff, role } = session ?? {};
      if (!session || !staff || !role || role === 'customer') throw new DomainError('SIGNED_OUT');
      if (type === 'mutation') assertOwnPage(ctx, session);
      if (!roles.includes(role)) throw new DomainError('NOT_ALLOWED');
      const { subjectId: accountId, handle } = session;
      const { label } = staff;
      const actor = { kind: 'staff', accountId, label, sessionHandle: handle } as const;
      return next({ ctx: { session, role, staff: { ...staff, accountId }, actor } });
    });
}

/**
 * The session of a view, beside the staff session it hangs on: carried along by another browser, or left
 * in one where somebody else has signed in, it opens nothing. Whoever opens a page is at the desk, too.
 */
async function viewing({ deps, now, surface, tokens, watching }: Context): Promise<LiveSession> {
  const reading = { deps, now, surface, watching };
  const desk = await readSession({ ...reading, kind: 'staff', token: tokens.staff });
  const session =
    desk && (await readSession({ ...reading, kind: 'impersonation', token: tokens.impersonation }));
  if (!session || session.grant?.staffSession !== desk?.handle) throw new DomainError('SIGNED_OUT');
  return session;
}

async function signedIn({ deps, now, tokens, watching }: Context): Promise<LiveSession> {
  const session = await readSession({ deps, kind: 'user', token: tokens.user, now, watching });
  if (!session) throw new DomainError('SIGNED_OUT');
  return session;
}
