import { beginApp } from '../../auth/add-factor.ts';
import { askNew } from '../../auth/ask-passkey.ts';
import { newAppInput, newPasskeyInput } from '../../auth/input.ts';
import { assertStillSignedIn } from '../../auth/write-signed-in.ts';
import { DomainError } from '../../errors.ts';
import { router } from '../../trpc/init.ts';
import { nothing } from '../../trpc/input.ts';
import {
  passwordProcedure,
  pendingProcedure,
  publicProcedure,
  renewingProcedure,
  staffStepUpProcedure,
  subjectProcedure,
} from '../../trpc/ladder.ts';
import { atCase } from '../cases/at-case.ts';
import { approveRecovery, proposeRecovery, refuseRecovery } from './decide.ts';
import { beginInput, openInput, reasonInput, referenceInput, tokenInput } from './input.ts';
import { askLink, openLostFactors } from './open.ts';
import { beginRenewal, confirmPasskeyRenewal, confirmRenewal } from './renew.ts';
import { stopByLink, stopRecovery } from './stop.ts';

/** A customer who lost every second factor, from the first letter to the new factor; and whoever stops it. */
export const lostFactorsRouter = router({
  ask: pendingProcedure.input(nothing).mutation(({ ctx }) => askLink(ctx, ctx.session)),
  open: publicProcedure.input(openInput).mutation(({ ctx, input }) => openLostFactors(ctx, input)),
  stopByLink: publicProcedure
    .input(tokenInput)
    .mutation(({ ctx, input }) => stopByLink(ctx.deps, input, ctx)),
  // Only takes power away, so the session is enough; but not one that may itself come by a recovery.
  stop: subjectProcedure({
    purpose: 'authenticate',
    audit: 'act',
    whileDeleting: true,
    coolsDown: true,
  })
    .input(nothing)
    .mutation(({ ctx: { deps, session, subjectId, actor, requestId, now } }) =>
      deps.connection.db.transaction(async (tx) => {
        await assertStillSignedIn(tx, { subjectId, handle: session.handle, now });
        const how = 'stopped_signed_in';
        if (!(await stopRecovery(tx, deps, { subjectId, how, actor, requestId, now })))
          throw new DomainError('NOT_FOUND');
      }),
    ),
  begin: passwordProcedure.input(beginInput).mutation(({ ctx, input }) => beginRenewal(ctx, input)),
  beginFactor: renewingProcedure.input(nothing).mutation(({ ctx }) => beginApp(ctx, ctx.session)),
  confirmFactor: renewingProcedure
    .input(newAppInput)
    .mutation(({ ctx, input }) => confirmRenewal(ctx, ctx.session, input)),
  beginPasskey: renewingProcedure
    .input(nothing)
    .mutation(({ ctx }) => askNew(ctx, ctx.session, 'renew')),
  confirmPasskey: renewingProcedure
    .input(newPasskeyInput)
    .mutation(({ ctx, input }) => confirmPasskeyRenewal(ctx, ctx.session, input)),
});

const first = staffStepUpProcedure({ roles: ['support'], purpose: 'support' });
const either = staffStepUpProcedure({ roles: ['support', 'officer'], purpose: 'support' });

/** Those who decide: one proposes, another approves; each of them may refuse. */
export const lostFactorsDeskRouter = router({
  propose: first
    .input(reasonInput)
    .mutation(({ ctx, input: { reference, reason } }) =>
      atCase(ctx, reference, proposeRecovery, { reason }),
    ),
  approve: either
    .input(referenceInput)
    .mutation(({ ctx, input: { reference } }) => atCase(ctx, reference, approveRecovery)),
  refuse: either
    .input(reasonInput)
    .mutation(({ ctx, input: { reference, reason } }) =>
      atCase(ctx, reference, refuseRecovery, { reason }),
    ),
});
