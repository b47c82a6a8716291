import { withSubject } from '../../../db/connect.ts';
import { nothing } from '../../trpc/input.ts';
import { stepUpProcedure, subjectProcedure } from '../../trpc/ladder.ts';
import { askCopy } from './ask.ts';
import { copyChoices } from './choices.ts';
import { deleteCopy } from './delete.ts';
import { askCopyInput, deleteCopyInput } from './input.ts';

/** Taking a copy of one's data: what can be in it, asking for it, deleting it early. */
export const copyProcedures = {
  copyChoices: subjectProcedure({ purpose: 'privacy_rights' })
    .input(nothing)
    .query(({ ctx: { deps, subjectId, now } }) =>
      withSubject(deps.connection.db, subjectId, 'read', (tx) =>
        copyChoices(tx, { subjectId, now }),
      ),
    ),

  // Also while the deletion waits: nobody shall have to cancel it to take a copy along.
  askCopy: stepUpProcedure({
    purpose: 'privacy_rights',
    audit: 'act',
    whileDeleting: true,
    coolsDown: true,
    carriesAway: true,
  })
    .input(askCopyInput)
    .mutation(({ ctx, input }) => askCopy(ctx, input)),

  deleteCopy: subjectProcedure({ purpose: 'privacy_rights', audit: 'act', whileDeleting: true })
    .input(deleteCopyInput)
    .mutation(async ({ ctx, input }) => {
      await deleteCopy(ctx, input);
      return { deleted: true };
    }),
};
