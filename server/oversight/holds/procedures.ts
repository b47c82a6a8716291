import type { Purpose } from '../../../db/data-map/vocabulary.ts';
import { assertStaffPoint } from '../../staff/budget.ts';
import { staffProcedure, staffStepUpProcedure } from '../../trpc/ladder.ts';
import { findCustomer, maskedCustomers } from '../customers.ts';
import {
  answerInput,
  entriesInput,
  findInput,
  holdInput,
  holdsInput,
  proposeInput,
} from '../input.ts';
import { recordListed } from '../listed.ts';
import { recordingRefusals } from '../recording-refusals.ts';
import { approveHold, declineHold } from './answer.ts';
import { listEntries } from './entries.ts';
import { actOnId } from './hold.ts';
import { longestEnd } from './longest-end.ts';
import { proposeHold } from './propose.ts';
import { listHolds } from './read.ts';
import { approveRelease, askRelease, declineRelease } from './release.ts';

const purpose: Purpose = 'legal_holds';
const officers = { roles: ['officer'], purpose } as const;
/** Whoever may be the second pair of eyes. */
const either = { roles: ['officer', 'administrator'], purpose } as const;

/** Legal holds: two people place one, two people end one before its day. */
export const holdProcedures = {
  // Mutations where the input or the answer is about one customer: it is recorded before it is answered.
  findCustomer: staffProcedure(officers)
    .input(findInput)
    .mutation(async ({ ctx, input }) => {
      await assertStaffPoint(ctx, 'findByOfficer');
      return findCustomer(ctx, input);
    }),

  holdEntries: staffProcedure(officers)
    .input(entriesInput)
    .mutation(async ({ ctx, input }) => {
      await assertStaffPoint(ctx, 'findByOfficer');
      const act = { action: 'hold.entries_seen', subjectId: null, purpose } as const;
      return recordingRefusals(ctx, act, (tx) => listEntries(tx, ctx, input));
    }),

  holds: staffProcedure(either)
    .input(holdsInput)
    .query(({ ctx, input: { state } }) => {
      const { deps, now, actor } = ctx;
      return deps.connection.db.transaction(async (tx) => {
        const holds = await listHolds(tx, deps.vault, { state, me: actor.accountId, now });
        await recordListed(tx, ctx, {
          action: 'hold.listed',
          purpose,
          listed: holds
            .filter(({ customer }) => customer !== null)
            .map(({ subjectId, noticeFrom }) => ({ subjectId, visibleFrom: noticeFrom })),
        });
        return { holds };
      });
    }),

  proposeHold: staffStepUpProcedure(officers)
    .input(proposeInput)
    .mutation(async ({ ctx, input }) => {
      const { db } = ctx.deps.connection;
      const known = await db.transaction((tx) =>
        maskedCustomers(tx, ctx.deps.vault, [input.subjectId]),
      );
      const subjectId = known.has(input.subjectId) ? input.subjectId : null;
      // A refusal barred nothing. But where a bar was meant, one that is put right can follow within days.
      const barred = input.ground === 'authority_order' && input.noticeOn !== undefined;
      const visibleFrom = barred ? longestEnd(ctx.now) : null;
      const act = { action: 'hold.proposed', purpose, subjectId, visibleFrom } as const;
      return recordingRefusals(ctx, act, (tx) => proposeHold(tx, ctx, input));
    }),

  answerHold: staffStepUpProcedure(either)
    .input(answerInput)
    .mutation(async ({ ctx, input: { id, answer } }) => {
      const approved = answer === 'approved';
      const action = approved ? 'hold.approved' : 'hold.declined';
      const act = await actOnId(ctx.deps.connection.db, action, id);
      await recordingRefusals(ctx, act, (tx) =>
        approved ? approveHold(tx, ctx, { id }) : declineHold(tx, ctx, { id }),
      );
    }),

  askRelease: staffStepUpProcedure(officers)
    .input(holdInput)
    .mutation(async ({ ctx, input: { id } }) => {
      const act = await actOnId(ctx.deps.connection.db, 'hold.release_asked', id);
      await recordingRefusals(ctx, act, (tx) => askRelease(tx, ctx, { id }));
    }),

  answerRelease: staffStepUpProcedure(either)
    .input(answerInput)
    .mutation(async ({ ctx, input: { id, answer } }) => {
      const approved = answer === 'approved';
      const action = approved ? 'hold.released' : 'hold.release_declined';
      const act = await actOnId(ctx.deps.connection.db, action, id);
      await recordingRefusals(ctx, act, (tx) =>
        approved ? approveRelease(tx, ctx, { id }) : declineRelease(tx, ctx, { id }),
      );
    }),
};
