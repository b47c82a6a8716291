import { withSubject } from '../../db/connect.ts';
import { recordOwnRead } from '../audit/own-read.ts';
import { expiredCookie, sessionCookie } from '../auth/cookies.ts';
import { DomainError } from '../errors.ts';
import { askForInput } from '../requests/behalf/input.ts';
import { assertStaffPoint } from '../staff/budget.ts';
import { router } from '../trpc/init.ts';
import { nothing } from '../trpc/input.ts';
import { staffProcedure, staffStepUpProcedure, subjectProcedure } from '../trpc/ladder.ts';
import { agentOf } from './agent.ts';
import { askForCustomer } from './ask-for.ts';
import { endViews, openViews } from './end-views.ts';
import { answerInput, lookUpInput, startViewInput, viewInput } from './input.ts';
import { lookUp } from './look-up.ts';
import { answerMoreTime, endOwnView, openOwnViews, ownViews } from './own-views.ts';
import { askMoreTime, recentViews, runningView } from './running-view.ts';
import { startView } from './start-view.ts';

const options = { roles: ['support'], purpose: 'support' } as const;
const agent = staffProcedure(options);

/** Support at the console: finds one customer, asks for them, views one account under a grant. */
export const supportRouter = router({
  lookUp: agent.input(lookUpInput).mutation(async ({ ctx, input }) => {
    const { deps, session } = ctx;
    await assertStaffPoint(ctx, 'lookUpByAgent');
    return { found: await lookUp(deps, { ...ctx, agent: agentOf(session) }, input) };
  }),

  askFor: staffStepUpProcedure({ roles: ['support'], purpose: 'privacy_rights' })
    .input(askForInput)
    .mutation(({ ctx, input }) => askForCustomer(ctx, agentOf(ctx.session), input)),

  startView: staffStepUpProcedure(options)
    .input(startViewInput)
    .mutation(async ({ ctx, input }) => {
      const { token, ...started } = await startView(ctx, agentOf(ctx.session), input);
      ctx.setCookie(sessionCookie('impersonation', token, ctx));
      return started;
    }),

  view: agent.input(nothing).query(({ ctx }) => runningView(ctx, agentOf(ctx.session))),

  recentViews: agent.input(nothing).query(({ ctx }) => recentViews(ctx, agentOf(ctx.session))),

  askExtension: agent.input(nothing).mutation(({ ctx }) => askMoreTime(ctx, agentOf(ctx.session))),

  stopView: agent.input(nothing).mutation(async ({ ctx }) => {
    const { deps, session, actor, requestId, now } = ctx;
    const end = { by: 'support', actor, publicUrl: deps.env.PUBLIC_URL, requestId, now } as const;
    const ended = await deps.connection.db.transaction((tx) =>
      endViews(tx, deps.vault, openViews.ofAgent(session.subjectId), end),
    );
    ctx.setCookie(expiredCookie('impersonation', ctx));
    if (ended === 0) throw new DomainError('VIEW_ENDED');
  }),
});

const own = subjectProcedure({ purpose: 'support', audit: 'act', whileDeleting: true });

/** The customer's side of support's views: see them, end them, say whether one may last longer. */
export const supportViewsRouter = router({
  list: subjectProcedure({ purpose: 'accountability', audit: 'own_read' })
    .input(nothing)
    .query(({ ctx: { deps, subjectId, session, requestId, now } }) =>
      withSubject(deps.connection.db, subjectId, 'read', async (tx) => {
        await recordOwnRead(tx, deps.vault, {
          subjectId,
          session,
          section: 'support',
          requestId,
          now,
        });
        return ownViews(tx, deps.vault, { subjectId, now });
      }),
    ),

  open: subjectProcedure({ purpose: 'accountability' })
    .input(nothing)
    .query(({ ctx: { deps, subjectId, now } }) =>
      withSubject(deps.connection.db, subjectId, 'read', (tx) =>
        openOwnViews(tx, { subjectId, now }),
      ),
    ),

  end: own.input(viewInput).mutation(({ ctx, input }) => {
    const { deps } = ctx;
    const who = { ...ctx, publicUrl: deps.env.PUBLIC_URL };
    return ctx.write((tx) => endOwnView(tx, deps.vault, who, input.id));
  }),

  answer: own.input(answerInput).mutation(({ ctx, input }) => {
    const { deps } = ctx;
    const who = { ...ctx, publicUrl: deps.env.PUBLIC_URL };
    return ctx.write((tx) => answerMoreTime(tx, deps.vault, who, input));
  }),
});
