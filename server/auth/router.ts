import { DomainError } from '../errors.ts';
import { router } from '../trpc/init.ts';
import { nothing } from '../trpc/input.ts';
import {
  enrollingProcedure,
  passwordProcedure,
  pendingProcedure,
  publicProcedure,
  recoveryProcedure,
  STEP_UP_MS,
  stepUpProcedure,
  subjectProcedure,
  viewableProcedure,
} from '../trpc/ladder.ts';
import { endAllOthers, endOneSession, signOut } from './end-sessions.ts';
import {
  beginEnrolment,
  beginReplacement,
  confirmEnrolment,
  confirmReplacement,
  sendVerification,
  verifyEmail,
} from './enrolment.ts';
import {
  changePasswordInput,
  codeInput,
  emailInput,
  finishRecoveryInput,
  handleInput,
  recoveryCodeInput,
  signInInput,
  stepUpInput,
  tokenInput,
} from './input.ts';
import { makeRecoveryCodes } from './make-recovery-codes.ts';
import { beginRecovery, changePassword, finishRecovery, forgot } from './passwords.ts';
import { completeSignIn, signIn } from './sign-in.ts';
import { openSessions, securityActivity, securityState, whoAmI } from './state.ts';
import { stepUp } from './step-up.ts';

const signedIn = subjectProcedure({ purpose: 'authenticate', whileDeleting: true });

/** A new factor may follow a fresh one, or a sign-in with a recovery code when the old one is lost. */
const replacing = signedIn.use(({ ctx, next }) => {
  const { stepUpAt, methods, authAt } = ctx.session;
  // The code of the sign-in itself does not count: a new factor outlives whoever holds the session.
  const proved = stepUpAt ?? (methods.includes('rc') ? authAt : null);
  if (!proved || ctx.now.getTime() - proved.getTime() > STEP_UP_MS)
    throw new DomainError('STEP_UP_REQUIRED');
  return next();
});

export const authRouter = router({
  me: viewableProcedure({ purpose: 'operate_account' })
    .input(nothing)
    .query(({ ctx }) => whoAmI(ctx, ctx.session)),

  signIn: passwordProcedure.input(signInInput).mutation(({ ctx, input }) => signIn(ctx, input)),
  attempt: pendingProcedure.input(nothing).query(({ ctx }) => ({
    factors: ctx.session.factors,
    emailVerified: ctx.session.emailVerified,
  })),
  verifyCode: pendingProcedure
    .input(codeInput)
    .mutation(({ ctx, input }) =>
      completeSignIn(ctx, ctx.session, { kind: 'totp', code: input.code }),
    ),
  useRecoveryCode: pendingProcedure
    .input(recoveryCodeInput)
    .mutation(({ ctx, input }) =>
      completeSignIn(ctx, ctx.session, { kind: 'recovery', code: input.code }),
    ),

  sendVerification: enrollingProcedure
    .input(nothing)
    .mutation(({ ctx }) => sendVerification(ctx, { subjectId: ctx.subjectId })),
  verifyEmail: publicProcedure
    .input(tokenInput)
    .mutation(({ ctx, input }) => verifyEmail(ctx, input)),
  beginEnrolment: enrollingProcedure
    .input(nothing)
    .mutation(({ ctx }) => beginEnrolment(ctx, ctx.session)),
  confirmEnrolment: enrollingProcedure
    .input(codeInput)
    .mutation(({ ctx, input }) => confirmEnrolment(ctx, ctx.session, input)),

  stepUp: signedIn.input(stepUpInput).mutation(({ ctx, input }) => stepUp(ctx, ctx.session, input)),
  signOut: signedIn.input(nothing).mutation(({ ctx }) => signOut(ctx, ctx.session)),
  sessions: signedIn.input(nothing).query(({ ctx }) => openSessions(ctx, ctx.session)),
  endSession: signedIn
    .input(handleInput)
    .mutation(({ ctx, input }) => endOneSession(ctx, ctx.session, input)),
  endOtherSessions: signedIn.input(nothing).mutation(({ ctx }) => endAllOthers(ctx, ctx.session)),

  securityState: signedIn.input(nothing).query(({ ctx }) => securityState(ctx, ctx.session)),
  securityActivity: signedIn.input(nothing).query(({ ctx }) => securityActivity(ctx, ctx.session)),
  beginReplacement: replacing
    .input(nothing)
    .mutation(({ ctx }) => beginReplacement(ctx, ctx.session)),
  confirmReplacement: replacing
    .input(codeInput)
    .mutation(({ ctx, input }) => confirmReplacement(ctx, ctx.session, input)),
  makeRecoveryCodes: stepUpProcedure({ purpose: 'authenticate' })
    .input(nothing)
    .mutation(({ ctx }) => makeRecoveryCodes(ctx, ctx.session)),
  changePassword: stepUpProcedure({ purpose: 'authenticate' })
    .input(changePasswordInput)
    .mutation(({ ctx, input }) => changePassword(ctx, ctx.session, input)),

  forgot: publicProcedure.input(emailInput).mutation(({ ctx, input }) => forgot(ctx, input)),
  beginRecovery: publicProcedure
    .input(tokenInput)
    .mutation(({ ctx, input }) => beginRecovery(ctx, input)),
  finishRecovery: recoveryProcedure.input(finishRecoveryInput).mutation(({ ctx, input }) => {
    const { code, recoveryCode, password } = input;
    const proof = code
      ? ({ kind: 'totp', code } as const)
      : recoveryCode
        ? ({ kind: 'recovery', code: recoveryCode } as const)
        : null;
    return finishRecovery(ctx, ctx.session, { proof, password });
  }),
});
