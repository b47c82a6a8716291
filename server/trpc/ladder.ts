import type { Tx } from '../../db/connect.ts';
import type { Purpose } from '../../db/data-map/vocabulary.ts';
import { type LiveSession, readSession, spendStepUp } from '../auth/sessions.ts';
import { DomainError } from '../errors.ts';
import { middleware, procedureWith } from './init.ts';
import type { Meta } from './meta.ts';

/** A second factor counts this long for acts of the ordinary class. */
export const STEP_UP_MS = 5 * 60_000;

const open: Meta = {
  assurance: 'public',
  stepUp: 'none',
  impersonation: 'deny',
  purpose: null,
  audit: 'none',
  post: true,
  whileDeleting: true,
};

const methodFits = middleware(({ ctx, meta, type, next }) => {
  if (meta?.post && type !== 'subscription' && ctx.method !== 'POST')
    throw new DomainError('INPUT_REFUSED');
  return next();
});

/** Anybody. */
export const publicProcedure = procedureWith(open).use(methodFits);

const sessionOf = (kind: 'pending' | 'recovery') =>
  middleware(async ({ ctx, next }) => {
    const session = await readSession({
      deps: ctx.deps,
      kind,
      token: ctx.tokens[kind],
      now: ctx.now,
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
  .use(({ ctx, next }) => {
    if (ctx.session.factors > 0) throw new DomainError('NOT_ALLOWED');
    return next();
  });

/** Came by a mailed link: may only set a password, after a second factor. */
export const recoveryProcedure = procedureWith({
  ...open,
  assurance: 'recovery',
  purpose: 'authenticate',
})
  .use(methodFits)
  .use(sessionOf('recovery'));

type SubjectOptions = {
  purpose: Purpose;
  audit?: Meta['audit'];
  impersonation?: Meta['impersonation'];
  /** Mutations are refused while the account waits for its deletion, unless they say otherwise. */
  whileDeleting?: boolean;
};

/** Signed in with a second factor. Everything below it has `subjectId`, from the session only. */
export function subjectProcedure(options: SubjectOptions) {
  return signedInProcedure(options, 'none');
}

function signedInProcedure(
  { purpose, audit = 'none', impersonation = 'deny', whileDeleting = false }: SubjectOptions,
  stepUp: Meta['stepUp'],
) {
  return procedureWith({
    ...open,
    assurance: 'mfa',
    stepUp,
    purpose,
    audit,
    impersonation,
    whileDeleting,
  })
    .use(methodFits)
    .use(async ({ ctx, next, meta, type }) => {
      const session = await signedIn(ctx);
      if (type === 'mutation' && !meta?.whileDeleting && session.status !== 'active') {
        throw new DomainError('ACCOUNT_READ_ONLY');
      }
      const { subjectId } = session;
      const actor = { kind: 'subject', subjectId, sessionHandle: session.handle } as const;
      return next({ ctx: { session, subjectId, actor } });
    });
}

/** The acts that are never covered by an earlier second factor. */
export type OnceAct = 'erasure_confirm' | 'email_commit';

/** For what a stolen session must not do: a second factor within five minutes. */
export function stepUpProcedure(options: SubjectOptions) {
  return signedInProcedure(options, 'ordinary').use(({ ctx, next }) => {
    const provedAt = ctx.session.stepUpAt ?? ctx.session.aal2At;
    if (!provedAt || ctx.now.getTime() - provedAt.getTime() > STEP_UP_MS) {
      throw new DomainError('STEP_UP_REQUIRED');
    }
    return next();
  });
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

async function signedIn(ctx: {
  deps: Parameters<typeof readSession>[0]['deps'];
  tokens: { user: string | null };
  now: Date;
}): Promise<LiveSession> {
  const session = await readSession({
    deps: ctx.deps,
    kind: 'user',
    token: ctx.tokens.user,
    now: ctx.now,
  });
  if (!session) throw new DomainError('SIGNED_OUT');
  return session;
}
