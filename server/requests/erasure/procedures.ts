import { withSubject } from '../../../db/connect.ts';
import { recordAudit } from '../../audit/record.ts';
import { assertPoint, budgets } from '../../auth/limits.ts';
import { assertStillSignedIn } from '../../auth/write-signed-in.ts';
import { DomainError } from '../../errors.ts';
import { onceProcedure, publicProcedure, subjectProcedure } from '../../trpc/ladder.ts';
import { cancelErasure } from './cancel.ts';
import { confirmErasure } from './confirm.ts';
import { cancelInput, confirmInput, handOverInput, previewInput, receiptInput } from './input.ts';
import { blockingEdges, handOver, ownershipEdges, recordNewOwner } from './organisations.ts';
import { previewErasure } from './preview.ts';
import { openReceipt } from './receipt.ts';

/** Deleting one's account: what it would do, asking for it, taking it back, the proof. */
export const erasureProcedures = {
  previewErasure: subjectProcedure({ purpose: 'privacy_rights' })
    .input(previewInput)
    .query(async ({ ctx: { deps, subjectId, now } }) => {
      const organisations = await ownershipEdges(deps.connection.db, subjectId);
      return withSubject(deps.connection.db, subjectId, 'read', (tx) =>
        previewErasure(tx, deps.vault, {
          organisations,
          subjectId,
          now,
          initialGrace: deps.env.DELETION_GRACE_DAYS,
        }),
      );
    }),

  confirmErasure: onceProcedure('erasure_confirm', {
    purpose: 'privacy_rights',
    audit: 'act',
    coolsDown: true,
    carriesAway: true,
  })
    .input(confirmInput)
    .mutation(async ({ ctx, input }) => {
      const { deps, subjectId, actor, now, requestId, spendStepUp } = ctx;
      const edges = await ownershipEdges(deps.connection.db, subjectId);
      if (blockingEdges(edges).length > 0) throw new DomainError('ORGANISATION_NEEDS_OWNER');
      return ctx.write(async (tx) => {
        const confirmation = await confirmErasure(tx, deps.vault, {
          subjectId,
          actor,
          input,
          now,
          requestId,
          publicUrl: deps.env.PUBLIC_URL,
        });
        await spendStepUp(tx);
        return confirmation;
      });
    }),

  // Restores safety, so it asks for nothing but the session.
  cancelErasure: subjectProcedure({ purpose: 'privacy_rights', audit: 'act', whileDeleting: true })
    .input(cancelInput)
    .mutation(({ ctx: { deps, subjectId, actor, now, requestId, write }, input }) =>
      write((tx) =>
        cancelErasure(tx, deps.vault, {
          subjectId,
          actor,
          reference: input.reference,
          now,
          requestId,
          publicUrl: deps.env.PUBLIC_URL,
        }),
      ),
    ),

  handOverOrganisation: subjectProcedure({
    purpose: 'operate_account',
    audit: 'act',
    coolsDown: true,
  })
    .input(handOverInput)
    .mutation(({ ctx: { deps, session, subjectId, actor, now, requestId }, input }) =>
      // Memberships of others are not visible to the person's own role.
      deps.connection.db.transaction(async (tx) => {
        await assertStillSignedIn(tx, { subjectId, handle: session.handle, now });
        const newOwner = await handOver(tx, { subjectId, organisationId: input.organisationId });
        if (!newOwner) throw new DomainError('NOT_FOUND');
        await recordAudit(tx, deps.vault, {
          action: 'account.corrected',
          actor,
          subjectId,
          purpose: 'operate_account',
          sections: ['account'],
          requestId,
          details: { field: 'membership.role' },
          now,
        });
        await recordNewOwner(tx, deps.vault, { newOwner, requestId, now });
        return { handedOver: true };
      }),
    ),

  receipt: publicProcedure
    .input(receiptInput)
    .query(async ({ ctx: { deps, ipPrefix, now }, input }) => {
      await assertPoint(deps, budgets.receiptByNetwork, ipPrefix, now);
      const opened = await openReceipt(deps.connection.db, deps.vault, { code: input.code, now });
      if (!opened) throw new DomainError('NOT_FOUND');
      return opened;
    }),
};
