import { withSubject } from '../../db/connect.ts';
import { recordOwnRead } from '../audit/own-read.ts';
import { browserChoice } from '../consent/cookie-choice.ts';
import { cookieHeader } from '../consent/register.ts';
import { isSecure } from '../cookie-header.ts';
import { router } from '../trpc/init.ts';
import { nothing } from '../trpc/input.ts';
import {
  onceProcedure,
  publicProcedure,
  stepUpProcedure,
  subjectProcedure,
} from '../trpc/ladder.ts';
import { addressSettlesAt } from './address-cool-down.ts';
import { askEmailChange, confirmEmailChange } from './email-change.ts';
import { undoEmailChange } from './email-undo.ts';
import { correctionInput, emailChangeInput, supportAccessInput, tokenInput } from './input.ts';
import { correct, personalInformation, setSupportAccess } from './personal.ts';

const act = subjectProcedure({ purpose: 'operate_account', audit: 'act' });

/** Personal information: see, correct, change the address, let support in or not. */
export const accountRouter = router({
  get: subjectProcedure({ purpose: 'operate_account', audit: 'own_read' })
    .input(nothing)
    .query(({ ctx: { deps, subjectId, session, requestId, now } }) =>
      withSubject(deps.connection.db, subjectId, 'read', async (tx) => {
        await recordOwnRead(tx, deps.vault, {
          subjectId,
          session,
          section: 'account',
          requestId,
          now,
        });
        return personalInformation(tx, deps.vault, { subjectId, now });
      }),
    ),

  correct: act.input(correctionInput).mutation(async ({ ctx, input }) => {
    const { deps, subjectId, actor, requestId, now } = ctx;
    const { changed } = await ctx.write((tx) =>
      correct(tx, deps.vault, { subjectId, actor, requestId, now }, input),
    );
    // The browser remembers the colours only if it may keep functional cookies.
    if (input.field === 'theme' && (await browserChoice(ctx))?.functional) {
      ctx.setCookie(cookieHeader('theme', input.value, { secure: isSecure(deps.env.PUBLIC_URL) }));
    }
    return { changed };
  }),

  setSupportAccess: act
    .input(supportAccessInput)
    .mutation(async ({ ctx: { deps, subjectId, actor, requestId, now, write }, input }) => ({
      changed: await write((tx) =>
        setSupportAccess(
          tx,
          deps.vault,
          { subjectId, actor, publicUrl: deps.env.PUBLIC_URL, requestId, now },
          input.allowed,
        ),
      ),
    })),

  coolDown: subjectProcedure({ purpose: 'operate_account' })
    .input(nothing)
    .query(async ({ ctx: { deps, subjectId, now } }) => ({
      addressSettlesAt: await addressSettlesAt(deps.connection.db, { subjectId, now }),
    })),

  askEmailChange: stepUpProcedure({ purpose: 'operate_account', audit: 'act', coolsDown: true })
    .input(emailChangeInput)
    .mutation(({ ctx, input }) => askEmailChange(ctx.deps, ctx, input)),
  confirmEmailChange: onceProcedure('email_commit', {
    purpose: 'operate_account',
    audit: 'act',
    coolsDown: true,
  })
    .input(tokenInput)
    .mutation(({ ctx, input }) => confirmEmailChange(ctx, input)),
  undoEmailChange: publicProcedure
    .input(tokenInput)
    .mutation(({ ctx, input }) => undoEmailChange(ctx.deps, input, ctx)),
});
