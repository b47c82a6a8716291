import { and, eq, gt } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import type { Actor } from '../../actor.ts';
import { recordAudit } from '../../audit/record.ts';
import { newId } from '../../crypto/token.ts';
import type { Vault } from '../../crypto/vault.ts';
import { DomainError } from '../../errors.ts';
import { dueAt } from '../clock.ts';
import { newReference } from '../reference.ts';
import type { AskableKind } from './unconfirmed.ts';

/** A request that its customer asks for now, before it is written. */
export type Begun = {
  id: string;
  subjectId: string;
  kind: AskableKind;
  reference: string;
  receivedAt: Date;
  dueAt: Date;
  /** Support asked for it; it is the same request that goes on. */
  askedFor: boolean;
};
type Asking = {
  subjectId: string;
  kind: AskableKind;
  /** ISO 3166-1 alpha-2, for the clock. */
  country: string;
  /** The reference that the page showed as asked for by support; what comes must be that one. */
  confirms: string | undefined;
  now: Date;
};

/**
 * Where a customer's own request begins: at the one of its kind that support asked for, which it
 * confirms, so that there are never two and the clock has run since the first; otherwise anew. Nothing
 * is written yet. The account's row is locked by the caller.
 *
 * @throws {DomainError} for `confirms`: NOT_FOUND when the person has no such request, CONFIRMATION_OVER
 *   when it no longer waits
 */
export async function beginRequest(
  tx: Tx,
  { subjectId, kind, country, confirms, now }: Asking,
): Promise<Begun> {
  const own = and(eq(dataSubjectRequest.subjectId, subjectId), eq(dataSubjectRequest.kind, kind));
  const [asked] = await tx
    .select()
    .from(dataSubjectRequest)
    .where(
      and(own, eq(dataSubjectRequest.state, 'unconfirmed'), gt(dataSubjectRequest.confirmBy, now)),
    )
    .for('update');
  if (confirms !== undefined && asked?.reference !== confirms) {
    const known = await tx.$count(
      dataSubjectRequest,
      and(own, eq(dataSubjectRequest.reference, confirms)),
    );
    throw new DomainError(known > 0 ? 'CONFIRMATION_OVER' : 'NOT_FOUND');
  }
  const {
    id,
    reference,
    receivedAt,
    dueAt: due,
  } = asked ?? {
    id: newId(now),
    reference: newReference(),
    receivedAt: now,
    dueAt: dueAt(now, country),
  };
  return { id, subjectId, kind, reference, receivedAt, dueAt: due, askedFor: asked !== undefined };
}

type Work = Pick<typeof dataSubjectRequest.$inferInsert, 'sections'> &
  Partial<
    Pick<
      typeof dataSubjectRequest.$inferInsert,
      'executesAt' | 'plan' | 'planHash' | 'receiptCodeHash'
    >
  > & { state: 'waiting' | 'running' };

/**
 * Writes the request with what is to be done; of one that support asked for, that it was confirmed.
 * @throws {DomainError} REQUEST_ALREADY_OPEN when one of its kind is open
 */
export async function writeBegun(
  tx: Tx,
  vault: Vault,
  { askedFor, ...begun }: Begun,
  work: Work,
  { actor, requestId, now }: { actor: Actor; requestId: string; now: Date },
): Promise<void> {
  const { id, subjectId, reference } = begun;
  if (!askedFor) {
    const [written] = await tx
      .insert(dataSubjectRequest)
      .values({ ...begun, ...work })
      .onConflictDoNothing()
      .returning({ id: dataSubjectRequest.id });
    if (!written) throw new DomainError('REQUEST_ALREADY_OPEN');
    return;
  }
  const [confirmed] = await tx
    .update(dataSubjectRequest)
    .set({ ...work, answer: 'confirmed', answeredAt: now })
    .where(and(eq(dataSubjectRequest.id, id), eq(dataSubjectRequest.state, 'unconfirmed')))
    .returning({ id: dataSubjectRequest.id });
  if (!confirmed) throw new DomainError('CONFIRMATION_OVER');
  await recordAudit(tx, vault, {
    action: 'request.confirmed',
    actor,
    subjectId,
    purpose: 'privacy_rights',
    sections: ['records'],
    reference,
    requestId,
    now,
  });
}
