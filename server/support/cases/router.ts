import { withSubject } from '../../../db/connect.ts';
import { recordOwnRead } from '../../audit/own-read.ts';
import { assertPoint, budgets } from '../../auth/limits.ts';
import { DomainError } from '../../errors.ts';
import { assertStaffPoint } from '../../staff/budget.ts';
import { router } from '../../trpc/init.ts';
import { nothing } from '../../trpc/input.ts';
import { staffProcedure, staffStepUpProcedure, subjectProcedure } from '../../trpc/ladder.ts';
import { aboutOf, correctableFields } from './about.ts';
import { atCase } from './at-case.ts';
import { decideCase } from './decide.ts';
import { deskCase, writeInCase } from './desk-case.ts';
import { caseList } from './desk-list.ts';
import {
  aboutInput,
  caseInput,
  caseListInput,
  decideInput,
  openCaseInput,
  openForInput,
  writeInput,
} from './input.ts';
import { openCase, openCaseFor } from './open.ts';
import { confirmCorrection, ownCase, ownCases, withdrawCase, writeInOwnCase } from './own-cases.ts';
import { giveBackCase, holdAccount, takeCase } from './taken.ts';

const read = subjectProcedure({ purpose: 'support', audit: 'own_read' });
/** What is under way goes on while the account waits for its deletion. */
const act = subjectProcedure({ purpose: 'support', audit: 'act', whileDeleting: true });

/** The customer's side of cases: questions, corrections, reviews and disputes. */
export const casesRouter = router({
  list: read.input(nothing).query(({ ctx: { deps, subjectId, session, requestId, now } }) =>
    withSubject(deps.connection.db, subjectId, 'read', async (tx) => {
      const look = { subjectId, session, section: 'support', requestId, now } as const;
      await recordOwnRead(tx, deps.vault, look);
      return ownCases(tx, deps.vault, { subjectId, now });
    }),
  ),

  get: read
    .input(caseInput)
    .query(({ ctx: { deps, subjectId, session, requestId, now }, input: { reference } }) =>
      withSubject(deps.connection.db, subjectId, 'read', async (tx) => {
        const look = { subjectId, session, section: 'support', requestId, now } as const;
        await recordOwnRead(tx, deps.vault, look);
        const view = await ownCase(tx, deps.vault, { subjectId, reference, now });
        // It says what a field of the account says, or said.
        if (view.nowValue !== null || view.beforeValue !== null)
          await recordOwnRead(tx, deps.vault, { ...look, section: 'account' });
        return view;
      }),
    ),

  fields: subjectProcedure({ purpose: 'support' }).input(nothing).query(correctableFields),

  about: read
    .input(aboutInput)
    .query(({ ctx: { deps, subjectId, session, requestId, now }, input: { kind, about } }) =>
      withSubject(deps.connection.db, subjectId, 'read', async (tx) => {
        const section = kind === 'dispute' ? 'records' : 'decisions';
        await recordOwnRead(tx, deps.vault, { subjectId, session, section, requestId, now });
        const aboutKind = kind === 'dispute' ? 'entry' : 'decision';
        const found = await aboutOf(tx, { subjectId, aboutKind, aboutId: about }, now);
        if (!found) throw new DomainError('NOT_FOUND');
        return found;
      }),
    ),

  open: subjectProcedure({ purpose: 'support', audit: 'act' })
    .input(openCaseInput)
    .mutation(async ({ ctx, input }) => {
      const { deps, subjectId, now } = ctx;
      await assertPoint(deps, budgets.caseByCustomer, subjectId, now);
      const call = { ...ctx, publicUrl: deps.env.PUBLIC_URL };
      return ctx.write((tx) => openCase(tx, deps.vault, call, input));
    }),

  write: act.input(writeInput).mutation(({ ctx, input }) => {
    const { deps } = ctx;
    const call = { ...ctx, publicUrl: deps.env.PUBLIC_URL };
    return ctx.write((tx) => writeInOwnCase(tx, deps.vault, call, input));
  }),

  confirm: subjectProcedure({ purpose: 'privacy_rights', audit: 'act' })
    .input(caseInput)
    .mutation(({ ctx, input }) => {
      const { deps } = ctx;
      const call = { ...ctx, publicUrl: deps.env.PUBLIC_URL };
      return ctx.write((tx) => confirmCorrection(tx, deps.vault, call, input.reference));
    }),

  withdraw: act.input(caseInput).mutation(({ ctx, input }) => {
    const { deps } = ctx;
    const call = { ...ctx, publicUrl: deps.env.PUBLIC_URL };
    return ctx.write((tx) => withdrawCase(tx, deps.vault, call, input.reference));
  }),
});

const either = { roles: ['support', 'officer'], purpose: 'support' } as const;
const desk = staffProcedure(either);
/** A decision has an effect, and a name under it. */
const signs = staffStepUpProcedure(either);

/** Staff's side: the queue, one case, its answers and its decision. */
export const caseDeskRouter = router({
  list: desk
    .input(caseListInput)
    .query(({ ctx: { deps, staff, now }, input }) =>
      caseList(deps.connection.db, { accountId: staff.accountId, now }, input),
    ),

  get: desk.input(caseInput).query(async ({ ctx, input: { reference } }) => {
    await assertStaffPoint(ctx, 'caseByStaff');
    return atCase(ctx, reference, deskCase);
  }),

  take: desk
    .input(caseInput)
    .mutation(({ ctx, input: { reference } }) => atCase(ctx, reference, takeCase)),

  giveBack: desk
    .input(caseInput)
    .mutation(({ ctx, input: { reference } }) => atCase(ctx, reference, giveBackCase)),

  write: desk
    .input(writeInput)
    .mutation(({ ctx, input: { reference, text } }) => atCase(ctx, reference, writeInCase, text)),

  decide: signs
    .input(decideInput)
    .mutation(({ ctx, input: { reference, ...wish } }) => atCase(ctx, reference, decideCase, wish)),

  fields: staffProcedure({ roles: ['support'], purpose: 'support', audit: 'none' })
    .input(nothing)
    .query(correctableFields),

  openFor: staffStepUpProcedure({ roles: ['support'], purpose: 'support' })
    .input(openForInput)
    .mutation(async ({ ctx, input: { subjectId, ...wish } }) => {
      const { connection, vault, env } = ctx.deps;
      await assertStaffPoint(ctx, 'caseForByAgent');
      const call = { ...ctx, subjectId, publicUrl: env.PUBLIC_URL };
      return withSubject(connection.db, subjectId, 'write', async (tx) => {
        await holdAccount(tx, subjectId, ['active']);
        return openCaseFor(tx, vault, call, wish);
      });
    }),
});
