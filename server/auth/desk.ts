import { staffRoles } from '../../db/schema/account.ts';
import { DomainError } from '../errors.ts';
import { waitingFor } from '../staff/waiting.ts';
import type { Context } from '../trpc/context.ts';
import { router } from '../trpc/init.ts';
import { nothing } from '../trpc/input.ts';
import { staffProcedure } from '../trpc/ladder.ts';
import { signOut } from './end-sessions.ts';
import { mayImpersonate } from './grant-stands.ts';
import { deskStepUpInput } from './input.ts';
import { passkeyOnly } from './session-rules.ts';
import type { LiveSession } from './sessions.ts';
import { beginStepUp, stepUp } from './step-up.ts';

const anybody = staffProcedure({ roles: staffRoles, purpose: 'authenticate' });

/** Counts alone: there is nobody in whose log it could stand. */
const counted = staffProcedure({ roles: staffRoles, purpose: 'accountability', audit: 'none' });

/** A member of staff's own place at the console: who one is, a fresh second factor, the way out. */
export const deskRouter = router({
  me: anybody.input(nothing).query(({ ctx }) => whoIsAtTheDesk(ctx, ctx.session)),
  waiting: counted
    .input(nothing)
    .query(({ ctx: { deps, staff, role, now } }) =>
      deps.connection.db.transaction((tx) =>
        waitingFor(tx, { accountId: staff.accountId, role, now }),
      ),
    ),
  beginStepUp: anybody.input(nothing).mutation(({ ctx }) => beginStepUp(ctx, ctx.session, {})),
  stepUp: anybody
    .input(deskStepUpInput)
    .mutation(({ ctx, input }) => stepUp(ctx, ctx.session, input)),
  signOut: anybody.input(nothing).mutation(({ ctx }) => signOut(ctx, ctx.session)),
});

/** What the frame of every console page shows. */
function whoIsAtTheDesk(
  { deps, surface, now }: Context,
  { subjectId, staff, role, factors, expiresAt, absoluteExpiresAt }: LiveSession,
) {
  if (!staff || role === 'customer') throw new DomainError('SIGNED_OUT');
  const { label, trainingValidUntil, confidentialityValidUntil } = staff;
  return {
    accountId: subjectId,
    label,
    factors: passkeyOnly(deps.env, surface) ? { ...factors, apps: 0 } : factors,
    role,
    trainingValidUntil,
    confidentialityValidUntil,
    mayView: role === 'support' && mayImpersonate(staff, now),
    idleEndsAt: expiresAt,
    lastEndsAt: absoluteExpiresAt,
    demo: deps.env.SHOW_DEMO,
  };
}
