import { and, eq, isNull } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { account } from '../../../db/schema/account.ts';
import { notice } from '../../../db/schema/policy.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import type { Actor } from '../../actor.ts';
import { recordAudit } from '../../audit/record.ts';
import { newId } from '../../crypto/token.ts';
import type { Vault } from '../../crypto/vault.ts';
import { DomainError } from '../../errors.ts';
import { queueMail } from '../../mail/queue.ts';
import { tellServices } from '../../services/tell.ts';
import { requestLink } from './letters.ts';

/**
 * Takes a deletion back while it waits. Optional mail stays off and API keys stay revoked: neither is
 * given back without an act of its own.
 *
 * Competes with the start of the work for the same rows in the same order: exactly one of them wins.
 *
 * @throws {DomainError} NOT_FOUND for a reference that is not the person's, NOT_CANCELLABLE when it runs
 *   or is over
 */
export async function cancelErasure(
  tx: Tx,
  vault: Vault,
  {
    subjectId,
    actor,
    reference,
    now,
    requestId,
    publicUrl,
  }: {
    subjectId: string;
    publicUrl: string;
    actor: Actor;
    reference: string;
    now: Date;
    requestId: string;
  },
): Promise<{ reference: string }> {
  const mine = and(
    eq(dataSubjectRequest.subjectId, subjectId),
    eq(dataSubjectRequest.reference, reference),
    eq(dataSubjectRequest.kind, 'erasure'),
  );
  const [cancelled] = await tx
    .update(dataSubjectRequest)
    .set({ state: 'cancelled', endedAt: now, receiptCodeHash: null })
    .where(and(mine, eq(dataSubjectRequest.state, 'waiting'), isNull(dataSubjectRequest.failure)))
    .returning({ id: dataSubjectRequest.id });
  if (!cancelled) {
    const [known] = await tx
      .select({ id: dataSubjectRequest.id })
      .from(dataSubjectRequest)
      .where(mine);
    throw new DomainError(known ? 'NOT_CANCELLABLE' : 'NOT_FOUND');
  }
  const [restored] = await tx
    .update(account)
    .set({ status: 'active' })
    .where(and(eq(account.subjectId, subjectId), eq(account.status, 'pending_deletion')))
    .returning({ subjectId: account.subjectId });
  if (!restored) throw new DomainError('NOT_CANCELLABLE');
  await tx
    .insert(notice)
    .values({ id: newId(now), subjectId, kind: 'erasure_cancelled', reference, createdAt: now });
  await tellServices(tx, { subjectId, kind: 'deletion.cancelled', now });
  await queueMail(tx, vault, {
    subjectId,
    template: 'erasure_cancelled',
    params: { reference, link: requestLink(publicUrl, reference) },
    dedupeKey: `erasure_cancelled:${cancelled.id}`,
    now,
  });
  await recordAudit(tx, vault, {
    action: 'request.erasure_cancelled',
    actor,
    subjectId,
    purpose: 'privacy_rights',
    reference,
    requestId,
    now,
  });
  return { reference };
}
