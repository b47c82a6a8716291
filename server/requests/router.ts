import { and, eq } from 'drizzle-orm';
import { withSubject } from '../../db/connect.ts';
import { dataSubjectRequest } from '../../db/schema/request.ts';
import { sessionStands } from '../auth/sessions.ts';
import { DomainError } from '../errors.ts';
import { router } from '../trpc/init.ts';
import { nothing } from '../trpc/input.ts';
import { stepUpProcedure, subjectProcedure, viewableProcedure } from '../trpc/ladder.ts';
import { copyProcedures } from './copy/procedures.ts';
import { erasureProcedures } from './erasure/procedures.ts';
import { referenceInput } from './input.ts';
import { listRequests, readRequest } from './read.ts';
import { changesOf } from './watch.ts';

const WATCH_POLL_MS = 3_000;

const own = viewableProcedure({ purpose: 'privacy_rights', section: 'records' });

/** Data subject requests: all of them, one of them, live; copies; deletion. */
export const requestsRouter = router({
  list: own
    .input(nothing)
    .query(({ ctx: { deps, subjectId, now } }) =>
      withSubject(deps.connection.db, subjectId, 'read', (tx) =>
        listRequests(tx, { subjectId, now }),
      ),
    ),

  get: own
    .input(referenceInput)
    .query(({ ctx: { deps, subjectId, now }, input }) =>
      withSubject(deps.connection.db, subjectId, 'read', (tx) =>
        readRequest(tx, deps.vault, { subjectId, reference: input.reference, now }),
      ),
    ),

  /** Sends the request again whenever it moved; ends with the request, or with the session. */
  watch: subjectProcedure({ purpose: 'privacy_rights' })
    .input(referenceInput)
    .subscription(async function* ({ ctx, input, signal }) {
      const { deps, subjectId } = ctx;
      const stopped = signal ?? new AbortController().signal;
      const read = () =>
        withSubject(deps.connection.db, subjectId, 'read', (tx) =>
          readRequest(tx, deps.vault, { subjectId, reference: input.reference, now: deps.clock() }),
        );
      const [row] = await withSubject(deps.connection.db, subjectId, 'read', (tx) =>
        tx
          .select({ id: dataSubjectRequest.id })
          .from(dataSubjectRequest)
          .where(
            and(
              eq(dataSubjectRequest.reference, input.reference),
              eq(dataSubjectRequest.subjectId, subjectId),
            ),
          ),
      );
      if (!row) throw new DomainError('NOT_FOUND');
      let last = '';
      const first = await read();
      last = JSON.stringify(first);
      yield first;
      if (first.endedAt) return;
      for await (const _moved of changesOf(deps, {
        requestId: row.id,
        signal: stopped,
        maxWaitMs: WATCH_POLL_MS,
      })) {
        // A session that ended elsewhere stops seeing at once.
        if (
          !(await sessionStands(deps.connection.db, {
            handle: ctx.session.handle,
            now: deps.clock(),
          }))
        )
          throw new DomainError('SIGNED_OUT');
        const view = await read();
        const text = JSON.stringify(view);
        if (text !== last) yield view;
        last = text;
        if (view.endedAt) return;
      }
    }),

  /** Asks for the second factor that a download needs; the file itself comes over plain HTTP. */
  prepareDownload: stepUpProcedure({
    purpose: 'privacy_rights',
    whileDeleting: true,
    coolsDown: true,
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

  ...copyProcedures,
  ...erasureProcedures,
});
