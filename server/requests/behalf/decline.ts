import { and, eq, ne } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import type { Actor } from '../../actor.ts';
import { recordAudit } from '../../audit/record.ts';
import type { Vault } from '../../crypto/vault.ts';
import { DomainError } from '../../errors.ts';
import { notify } from '../steps.ts';

/**
 * The customer's no to what support asked for; to a correction it is given in its case. It ends as if it had not been asked for.
 *
 * @throws {DomainError} NOT_FOUND for a reference that is not the person's or that they asked for
 *   themselves, CONFIRMATION_OVER when it no longer waits
 */
export async function declineRequest(
  tx: Tx,
  vault: Vault,
  {
    subjectId,
    actor,
    reference,
    requestId,
    now,
  }: { subjectId: string; actor: Actor; reference: string; requestId: string; now: Date },
): Promise<void> {
  const mine = and(
    eq(dataSubjectRequest.subjectId, subjectId),
    eq(dataSubjectRequest.reference, reference),
    ne(dataSubjectRequest.kind, 'rectification'),
  );
  const [declined] = await tx
    .update(dataSubjectRequest)
    .set({ state: 'cancelled', endedAt: now, answer: 'declined', answeredAt: now })
    .where(and(mine, eq(dataSubjectRequest.state, 'unconfirmed')))
    .returning({ id: dataSubjectRequest.id });
  if (!declined) {
    const [known] = await tx
      .select({ askedBy: dataSubjectRequest.askedBy })
      .from(dataSubjectRequest)
      .where(mine);
    throw new DomainError(known?.askedBy ? 'CONFIRMATION_OVER' : 'NOT_FOUND');
  }
  await recordAudit(tx, vault, {
    action: 'request.declined',
    actor,
    subjectId,
    purpose: 'privacy_rights',
    sections: ['records'],
    reference,
    requestId,
    now,
  });
  await notify(tx, declined.id);
}
