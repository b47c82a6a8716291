import type { z } from 'zod';
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
import { assertRoomLeft, beginApp, confirmApp, confirmPasskey } from './add-factor.ts';
import { askNew, askProof, askSignIn } from './ask-passkey.ts';
import { removeFactor, renameFactor } from './change-factor.ts';
import { endAllOthers, endOneSession, signOut } from './end-sessions.ts';
import {
  beginEnrolment,
  beginPasskeyEnrolment,
  confirmEnrolment,
  confirmPasskeyEnrolment,
  sendVerification,
  verifyEmail,
} from './enrolment.ts';
import {
  assertionInput,
  beginStepUpInput,
  changePasswordInput,
  codeInput,
  emailInput,
  factorInput,
  finishRecoveryInput,
  handleInput,
  newAppInput,
  newPasskeyInput,
  recoveryCodeInput,
  renameFactorInput,
  signInInput,
  stepUpInput,
  tokenInput,
} from './input.ts';
import { makeRecoveryCodes } from './make-recovery-codes.ts';
import { beginRecovery, changePassword, finishRecovery, forgot } from './passwords.ts';
import { securityActivity } from './security-activity.ts';
import type { LiveSession } from './sessions.ts';
import { completeSignIn, signIn } from './sign-in.ts';
import { signInWithPasskey } from './sign-in-passkey.ts';
import { attemptState, openSessions, securityState, whoAmI } from './state.ts';
import { beginStepUp, stepUp } from './step-up.ts';

const signedIn = subjectProcedure({ purpose: 'authenticate', whileDeleting: true });

/**
 * A factor may be removed after a fresh one. The code of the sign-in itself does not count: what is changed
 * here outlives whoever holds the session.
 */
const removing = signedIn.use(({ ctx, next }) => {
  assertProved(ctx.session.stepUpAt, ctx.now);
  return next();
});

/** One may be added after a fresh one, too, or after a sign-in with a recovery code because the old one is lost. */
const adding = signedIn.use(({ ctx, next }) => {
  const { stepUpAt, methods, authAt } = ctx.session;
  assertProved(stepUpAt ?? (methods.includes('rc') ? authAt : null), ctx.now);
  return next();
});

function assertProved(at: LiveSession['stepUpAt'], now: Date): void {
  if (!at || now.getTime() - at.getTime() > STEP_UP_MS) throw new DomainError('STEP_UP_REQUIRED');
}

export const authRouter = router({
  me: viewableProcedure({ purpose: 'operate_account' })
    .input(nothing)
    .query(({ ctx }) => whoAmI(ctx, ctx.session)),

  signIn: passwordProcedure.input(signInInput).mutation(({ ctx, input }) => signIn(ctx, input)),
  beginPasskeySignIn: publicProcedure.input(nothing).mutation(({ ctx }) => askSignIn(ctx)),
  signInWithPasskey: publicProcedure
    .input(assertionInput)
    .mutation(({ ctx, input }) => signInWithPasskey(ctx, input)),
  attempt: pendingProcedure.input(nothing).query(({ ctx }) => attemptState(ctx, ctx.session)),
  verifyCode: pendingProcedure
    .input(codeInput)
    .mutation(({ ctx, input }) =>
      completeSignIn(ctx, ctx.session, { kind: 'totp', code: input.code }),
    ),
  beginPasskey: pendingProcedure
    .input(nothing)
    .mutation(({ ctx }) => askProof(ctx, ctx.session, 'second_factor')),
  verifyPasskey: pendingProcedure.input(assertionInput).mutation(({ ctx, input }) =>
    completeSignIn(ctx, ctx.session, {
      kind: 'passkey',
      assertion: input.passkey,
      purpose: 'second_factor',
    }),
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
    .input(newAppInput)
    .mutation(({ ctx, input }) => confirmEnrolment(ctx, ctx.session, input)),
  beginPasskeyEnrolment: enrollingProcedure
    .input(nothing)
    .mutation(({ ctx }) => beginPasskeyEnrolment(ctx, ctx.session)),
  confirmPasskeyEnrolment: enrollingProcedure
    .input(newPasskeyInput)
    .mutation(({ ctx, input }) => confirmPasskeyEnrolment(ctx, ctx.session, input)),

  beginStepUp: signedIn
    .input(beginStepUpInput)
    .mutation(({ ctx, input }) => beginStepUp(ctx, ctx.session, input)),
  stepUp: signedIn.input(stepUpInput).mutation(({ ctx, input }) => stepUp(ctx, ctx.session, input)),
  signOut: signedIn.input(nothing).mutation(({ ctx }) => signOut(ctx, ctx.session)),
  sessions: signedIn.input(nothing).query(({ ctx }) => openSessions(ctx, ctx.session)),
  endSession: signedIn
    .input(handleInput)
    .mutation(({ ctx, input }) => endOneSession(ctx, ctx.session, input)),
  endOtherSessions: signedIn.input(nothing).mutation(({ ctx }) => endAllOthers(ctx, ctx.session)),

  securityState: signedIn.input(nothing).query(({ ctx }) => securityState(ctx, ctx.session)),
  securityActivity: signedIn.input(nothing).query(({ ctx }) => securityActivity(ctx, ctx.session)),
  beginNewApp: adding.input(nothing).mutation(({ ctx }) => {
    assertRoomLeft(ctx.session);
    return beginApp(ctx, ctx.session);
  }),
  confirmNewApp: adding
    .input(newAppInput)
    .mutation(({ ctx, input }) => confirmApp(ctx, ctx.session, input)),
  beginNewPasskey: adding.input(nothing).mutation(({ ctx }) => {
    assertRoomLeft(ctx.session);
    return askNew(ctx, ctx.session, 'add');
  }),
  confirmNewPasskey: adding
    .input(newPasskeyInput)
    .mutation(({ ctx, input }) => confirmPasskey(ctx, ctx.session, input)),
  renameFactor: signedIn
    .input(renameFactorInput)
    .mutation(({ ctx, input }) => renameFactor(ctx, ctx.session, input)),
  removeFactor: removing
    .input(factorInput)
    .mutation(({ ctx, input }) => removeFactor(ctx, ctx.session, input)),
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
  beginRecoveryPasskey: recoveryProcedure
    .input(nothing)
    .mutation(({ ctx }) => askProof(ctx, ctx.session, 'recovery')),
  finishRecovery: recoveryProcedure.input(finishRecoveryInput).mutation(({ ctx, input }) => {
    const { password } = input;
    return finishRecovery(ctx, ctx.session, { proof: proofOf(input), password });
  }),
});

function proofOf({ code, passkey, recoveryCode }: z.infer<typeof finishRecoveryInput>) {
  if (code) return { kind: 'totp', code } as const;
  if (passkey) return { kind: 'passkey', assertion: passkey, purpose: 'recovery' } as const;
  return recoveryCode ? ({ kind: 'recovery', code: recoveryCode } as const) : null;
}
