import { subjectProcedure } from '../../trpc/ladder.ts';
import { referenceInput } from '../input.ts';
import { declineRequest } from './decline.ts';

/** The customer's no to what support asked for; their yes is the ordinary way of asking for it. */
export const behalfProcedures = {
  // Only reduces, so it asks for nothing but the session.
  decline: subjectProcedure({ purpose: 'privacy_rights', audit: 'act', whileDeleting: true })
    .input(referenceInput)
    .mutation(({ ctx: { deps, subjectId, actor, now, requestId, write }, input: { reference } }) =>
      write((tx) =>
        declineRequest(tx, deps.vault, { subjectId, actor, reference, requestId, now }),
      ),
    ),
};
