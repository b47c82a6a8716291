import { and, count, desc, eq, inArray, isNull, notExists } from 'drizzle-orm';
import { z } from 'zod';
import { type Tx, withSubject } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { session } from '../../db/schema/auth.ts';
import { notice } from '../../db/schema/policy.ts';
import { dataSubjectRequest } from '../../db/schema/request.ts';
import { supportTicket } from '../../db/schema/support.ts';
import { countByActor, lastStaffLook } from '../audit/read.ts';
import { countFactors } from '../auth/factors.ts';
import { recoveryCodesOf } from '../auth/recovery-codes.ts';
import { openSessionsOf } from '../auth/sessions.ts';
import { browserChoice } from '../consent/cookie-choice.ts';
import { consentStates } from '../consent/state.ts';
import { isMessageTopic } from '../consent/topics.ts';
import type { Vault } from '../crypto/vault.ts';
import { unconfirmedOf } from '../requests/behalf/unconfirmed.ts';
import { daysLeft } from '../requests/clock.ts';
import { stopOf } from '../requests/erasure/stopped.ts';
import { router } from '../trpc/init.ts';
import { id, nothing } from '../trpc/input.ts';
import { subjectProcedure } from '../trpc/ladder.ts';

const NOTICES = 50;

/** The state of this person, each part with the one thing to do about it. */
export const overviewRouter = router({
  state: subjectProcedure({ purpose: 'operate_account' })
    .input(nothing)
    .query(async ({ ctx }) => {
      const { deps, subjectId, now } = ctx;
      const cookies = await browserChoice(ctx);
      return withSubject(deps.connection.db, subjectId, 'read', async (tx) => {
        const [protection, messages, open, cases, asked, staff, acts, inbox, [own]] =
          await Promise.all([
            protectionOf(tx, deps.vault, { subjectId, now }),
            consentStates(tx, subjectId),
            openRequests(tx, { subjectId, now }),
            openCases(tx, { subjectId, now }),
            unconfirmedOf(tx, { subjectId, now }),
            lastStaffLook(tx, { subjectId, now }),
            countByActor(tx, { subjectId, now }),
            tx
              .select()
              .from(notice)
              .where(eq(notice.subjectId, subjectId))
              .orderBy(desc(notice.createdAt))
              .limit(NOTICES),
            tx
              .select({ supportAccess: account.supportAccess })
              .from(account)
              .where(eq(account.subjectId, subjectId)),
          ]);
        return {
          protection,
          choices: {
            optionalOn: messages.filter((state) => state.granted && isMessageTopic(state.topic))
              .length,
            cookies: cookies
              ? { functional: cookies.functional, statistics: cookies.statistics }
              : null,
            gpc: ctx.gpc,
          },
          open,
          cases,
          /** What support asked for, and what waits for this person's answer. */
          asked,
          access: {
            lastStaff: staff,
            services: acts.service,
            supportAllowed: own?.supportAccess ?? false,
          },
          notices: inbox.map(({ subjectId: _subject, ...row }) => row),
        };
      });
    }),

  readAllNotices: subjectProcedure({ purpose: 'service_notices', whileDeleting: true })
    .input(nothing)
    .mutation(({ ctx: { write, subjectId, now } }) =>
      write(async (tx) => {
        await tx
          .update(notice)
          .set({ readAt: now })
          .where(and(eq(notice.subjectId, subjectId), isNull(notice.readAt)));
      }),
    ),

  readNotice: subjectProcedure({ purpose: 'service_notices', whileDeleting: true })
    .input(z.strictObject({ id }))
    .mutation(({ ctx: { write, subjectId, now }, input }) =>
      write(async (tx) => {
        await tx
          .update(notice)
          .set({ readAt: now })
          .where(
            and(eq(notice.subjectId, subjectId), eq(notice.id, input.id), isNull(notice.readAt)),
          );
      }),
    ),
});

type Of = { subjectId: string; now: Date };

async function protectionOf(tx: Tx, vault: Vault, { subjectId, now }: Of) {
  const [{ apps, passkeys }, { left }, [sessions]] = await Promise.all([
    countFactors(tx, { vault, subjectId }),
    recoveryCodesOf(tx, { vault, subjectId }),
    tx.select({ count: count() }).from(session).where(openSessionsOf(subjectId, now)),
  ]);
  return { factors: apps + passkeys, recoveryCodesLeft: left, sessions: sessions?.count ?? 0 };
}

/** Requests under way; a correction that a person still decides is a case, and told of as one. */
async function openRequests(tx: Tx, { subjectId, now }: Of) {
  const stillACase = tx
    .select({ reference: supportTicket.requestReference })
    .from(supportTicket)
    .where(
      and(
        eq(supportTicket.subjectId, subjectId),
        eq(supportTicket.requestReference, dataSubjectRequest.reference),
        isNull(supportTicket.closedAt),
      ),
    );
  const rows = await tx
    .select({
      reference: dataSubjectRequest.reference,
      kind: dataSubjectRequest.kind,
      state: dataSubjectRequest.state,
      dueAt: dataSubjectRequest.dueAt,
      executesAt: dataSubjectRequest.executesAt,
      receivedAt: dataSubjectRequest.receivedAt,
    })
    .from(dataSubjectRequest)
    .where(
      and(
        eq(dataSubjectRequest.subjectId, subjectId),
        inArray(dataSubjectRequest.state, ['waiting', 'running']),
        notExists(stillACase),
      ),
    )
    .orderBy(dataSubjectRequest.dueAt);
  return Promise.all(
    rows.map(async ({ receivedAt, ...row }) => ({
      ...row,
      daysLeft: daysLeft(row.dueAt, now),
      /** Legal holds that the person knows of keep it from its end. */
      stopped: await stopOf(tx, { ...row, subjectId, receivedAt }, { to: 'person', now }),
    })),
  );
}

/**
 * Cases that nobody has closed: first the one that waits for this person, else the one due next; and, beside
 * it, the one with which we are late the longest.
 */
async function openCases(tx: Tx, { subjectId, now }: Of) {
  const rows = await tx
    .select({
      reference: supportTicket.reference,
      state: supportTicket.state,
      dueAt: supportTicket.dueAt,
    })
    .from(supportTicket)
    .where(and(eq(supportTicket.subjectId, subjectId), isNull(supportTicket.closedAt)))
    .orderBy(supportTicket.dueAt, supportTicket.id);
  const cases = rows.map((row) => ({ ...row, late: row.state === 'open' && row.dueAt < now }));
  const next = cases.find(({ state }) => state === 'waiting') ?? cases[0];
  if (!next) return null;
  const alsoLate = cases.find((one) => one.late && one !== next);
  return {
    ...next,
    count: cases.length,
    alsoLate: alsoLate ? { reference: alsoLate.reference, dueAt: alsoLate.dueAt } : null,
  };
}
