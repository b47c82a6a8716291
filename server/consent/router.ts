import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import { withSubject } from '../../db/connect.ts';
import { consentEvent } from '../../db/schema/consent.ts';
import { readSession } from '../auth/sessions.ts';
import { assertStillSignedIn } from '../auth/write-signed-in.ts';
import { DomainError } from '../errors.ts';
import type { Context } from '../trpc/context.ts';
import { router } from '../trpc/init.ts';
import { id, nothing } from '../trpc/input.ts';
import { publicProcedure, subjectProcedure, viewableProcedure } from '../trpc/ladder.ts';
import { changeConsent, takeTurn } from './change.ts';
import { browserChoice, saveBrowserChoice } from './cookie-choice.ts';
import { cookieRegister, REGISTER_VERSION } from './register.ts';
import { consentStates } from './state.ts';
import { isMessageTopic, messageChannels, messageTopics, serviceMessages } from './topics.ts';

const own = subjectProcedure({ purpose: 'privacy_rights' });
const act = subjectProcedure({ purpose: 'privacy_rights', audit: 'act', whileDeleting: true });

export const consentRouter = router({
  communication: viewableProcedure({ purpose: 'privacy_rights', section: 'choices' })
    .input(nothing)
    .query(async ({ ctx }) => {
      const states = await withSubject(ctx.deps.connection.db, ctx.subjectId, 'read', (tx) =>
        consentStates(tx, ctx.subjectId),
      );
      return {
        service: serviceMessages,
        choices: messageTopics.flatMap((topic) =>
          messageChannels.map((channel) => {
            const said = states.find((state) => state.topic === topic && state.channel === channel);
            return {
              topic,
              channel,
              granted: said?.granted ?? false,
              said: said ? { at: said.occurredAt, source: said.source, receiptId: said.id } : null,
            };
          }),
        ),
      };
    }),

  set: act
    .input(
      z.strictObject({
        topic: z.enum(messageTopics),
        channel: z.enum(messageChannels),
        granted: z.boolean(),
      }),
    )
    .mutation(({ ctx, input }) => {
      // Saying yes to more mail makes no sense for an account that is going.
      if (input.granted && ctx.session.status !== 'active')
        throw new DomainError('ACCOUNT_READ_ONLY');
      const { deps, subjectId, actor, requestId, now } = ctx;
      return ctx.write(async (tx) => {
        const [receiptId] = await changeConsent(tx, {
          vault: deps.vault,
          subjectId,
          actor,
          choices: [input],
          source: 'preferences_page',
          requestId,
          now,
        });
        return { receiptId };
      });
    }),

  stopAll: act.input(nothing).mutation(({ ctx }) => {
    const { deps, subjectId, actor, requestId, now } = ctx;
    return ctx.write(async (tx) => {
      await takeTurn(tx, subjectId);
      const choices = (await consentStates(tx, subjectId))
        .filter((state) => state.granted && isMessageTopic(state.topic))
        .map(({ topic, channel }) => ({ topic, channel, granted: false }));
      await changeConsent(tx, {
        vault: deps.vault,
        subjectId,
        actor,
        choices,
        source: 'preferences_page',
        requestId,
        now,
      });
      return { stopped: choices.length };
    });
  }),

  receipt: own.input(z.strictObject({ id })).query(async ({ ctx, input }) => {
    const [row] = await withSubject(ctx.deps.connection.db, ctx.subjectId, 'read', (tx) =>
      tx
        .select()
        .from(consentEvent)
        .where(and(eq(consentEvent.id, input.id), eq(consentEvent.subjectId, ctx.subjectId))),
    );
    if (!row) throw new DomainError('NOT_FOUND');
    const { subjectId: _subject, sessionHandle: _session, sequence: _order, ...receipt } = row;
    return { ...receipt, controller: 'EaseLLM', contact: 'privacy@easellm.com' };
  }),

  cookies: publicProcedure.input(nothing).query(async ({ ctx }) => ({
    version: REGISTER_VERSION,
    gpc: ctx.gpc,
    choice: await browserChoice(ctx),
    register: Object.entries(cookieRegister).map(([name, entry]) => ({ name, ...entry })),
  })),

  chooseCookies: publicProcedure
    .input(
      z.strictObject({
        functional: z.boolean(),
        statistics: z.boolean(),
        source: z.enum(['cookie_page', 'cookie_banner']),
      }),
    )
    .mutation(({ ctx, input }) => chooseCookies(ctx, input)),
});

/** A browser's choice; when somebody is signed in, it is the account's too, with receipts. */
export async function chooseCookies(
  ctx: Context,
  choice: { functional: boolean; statistics: boolean; source: 'cookie_page' | 'cookie_banner' },
): Promise<void> {
  const { deps, now, requestId } = ctx;
  const session = await readSession({ deps, kind: 'user', token: ctx.tokens.user, now });
  await deps.connection.db.transaction(async (tx) => {
    if (session) {
      await assertStillSignedIn(tx, { ...session, now });
      await takeTurn(tx, session.subjectId);
    }
    await saveBrowserChoice(tx, ctx, choice);
    if (!session) return;
    const { subjectId, handle } = session;
    await changeConsent(tx, {
      vault: deps.vault,
      subjectId,
      actor: { kind: 'subject', subjectId, sessionHandle: handle },
      choices: [
        { topic: 'cookies_functional', channel: 'browser', granted: choice.functional },
        { topic: 'cookies_statistics', channel: 'browser', granted: choice.statistics },
      ],
      source: choice.source,
      requestId,
      now,
    });
  });
}
