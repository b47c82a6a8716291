import { withSubject } from '../../db/connect.ts';
import { DomainError } from '../errors.ts';
import { refusingStream, router } from '../trpc/init.ts';
import { nothing } from '../trpc/input.ts';
import { stepUpProcedure, subjectProcedure, viewableProcedure } from '../trpc/ladder.ts';
import { behalfProcedures } from './behalf/procedures.ts';
import { copyProcedures } from './copy/procedures.ts';
import { erasureProcedures } from './erasure/procedures.ts';
import { referenceInput } from './input.ts';
import { listRequests, readRequest } from './read.ts';
import { watchOwn } from './watch-own.ts';

const own = viewableProcedure({ purpose: 'privacy_rights', section: 'records' });

/** Data subject requests: all of them, one of them, live; copies; deletion. */
export const requestsRouter = router({
  list: own
    .input(nothing)
    .query(({ ctx: { deps, session, subjectId, now } }) =>
      withSubject(deps.connection.db, subjectId, 'read', (tx) =>
        listRequests(tx, { subjectId, scope: session.grant?.scope, now }),
      ),
    ),

  get: own
    .input(referenceInput)
    .query(({ ctx: { deps, session, subjectId, now }, input: { reference } }) =>
      withSubject(deps.connection.db, subjectId, 'read', (tx) =>
        readRequest(tx, deps.vault, { subjectId, reference, scope: session.grant?.scope, now }),
      ),
    ),

  watch: subjectProcedure({ purpose: 'privacy_rights' })
    .input(referenceInput)
    .subscription(({ ctx: { deps, subjectId, session }, input: { reference }, signal }) =>
      refusingStream(
        watchOwn(deps, {
          subjectId,
          handle: session.handle,
          reference,
          signal: signal ?? new AbortController().signal,
        }),
      ),
    ),

  /** Asks for the second factor that a download needs; the file itself comes over plain HTTP. */
  prepareDownload: stepUpProcedure({
    purpose: 'privacy_rights',
    whileDeleting: true,
    coolsDown: true,
    carriesAway: true,
  })
    .input(referenceInput)
    .mutation(async ({ ctx: { deps, subjectId, now }, input }) => {
      const { archive } = await withSubject(deps.connection.db, subjectId, 'read', (tx) =>
        readRequest(tx, deps.vault, { subjectId, reference: input.reference, now }),
      );
      if (!archive) throw new DomainError('COPY_NOT_READY');
      if (archive.deletedAt) throw new DomainError('COPY_EXPIRED');
      return { href: `/download/copy/${input.reference}` };
    }),

  ...behalfProcedures,
  ...copyProcedures,
  ...erasureProcedures,
});
