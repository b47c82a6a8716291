import type { Purpose } from '../../../db/data-map/vocabulary.ts';
import { recordAudit } from '../../audit/record.ts';
import { DomainError } from '../../errors.ts';
import { letGoOn } from '../../jobs/parked.ts';
import { referenceInput } from '../../requests/input.ts';
import { staffProcedure, staffStepUpProcedure } from '../../trpc/ladder.ts';
import { jobInput, queueInput } from '../input.ts';
import { recordListed } from '../listed.ts';
import { recordingRefusals } from '../recording-refusals.ts';
import { actOnRequest, examineRequest, findRequest } from './detail.ts';
import { countQueue, listQueue } from './queue.ts';

const purpose: Purpose = 'privacy_rights';
const officers = { roles: ['officer'], purpose } as const;

/** All requests of all customers, and one of them as the officer needs to see it. */
export const queueProcedures = {
  queue: staffProcedure(officers)
    .input(queueInput)
    .query(({ ctx, input: { cursor, direction: _, ...filter } }) => {
      const { deps, now } = ctx;
      return deps.connection.db.transaction(async (tx) => {
        const page = await listQueue(tx, deps.vault, { filter, cursor, now });
        await recordListed(tx, ctx, {
          action: 'request.listed',
          purpose,
          listed: page.requests
            .filter(({ customer }) => customer !== null)
            .map(({ subjectId }) => ({ subjectId, visibleFrom: null })),
        });
        return { ...page, counts: await countQueue(tx, now) };
      });
    }),

  request: staffProcedure(officers)
    .input(referenceInput)
    .query(({ ctx, input }) => {
      const nobody = { action: 'request.examined', subjectId: null, purpose } as const;
      return recordingRefusals(ctx, nobody, (tx) => examineRequest(tx, ctx, input));
    }),

  letGoOn: staffStepUpProcedure(officers)
    .input(jobInput)
    .mutation(async ({ ctx, input: { reference, jobId } }) => {
      const { deps, actor, requestId, now } = ctx;
      const nobody = { action: 'request.work_resumed', subjectId: null, purpose } as const;
      await recordingRefusals(ctx, nobody, async (tx) => {
        const request = await findRequest(tx, reference);
        if (!(await letGoOn(tx, { id: jobId, requestId: request.id, now })))
          throw new DomainError('NOT_FOUND');
        await recordAudit(tx, deps.vault, {
          ...actOnRequest('request.work_resumed', request),
          actor,
          requestId,
          now,
        });
      });
    }),
};
