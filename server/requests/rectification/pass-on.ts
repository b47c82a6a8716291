import { eq } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { recipientsOfColumn } from '../../../db/data-map/holdings.ts';
import { subjectTableNamed } from '../../../db/data-map/index.ts';
import { account } from '../../../db/schema/account.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { newId } from '../../crypto/token.ts';
import type { Vault } from '../../crypto/vault.ts';
import { type CorrectableField, correctableFields } from '../../services/contract/tasks.ts';
import { askHolders } from '../../services/tasks/ask.ts';
import { allHolders } from '../../services/tasks/holders.ts';
import { dueAt } from '../clock.ts';
import { newReference } from '../reference.ts';
import { finishStep, planSteps } from '../steps.ts';

/** A request that has `steps` already. */
export type AskedBy = { id: string; reference: string; steps: number };

/** A holder is late after this; it is asked all the same, until it has answered. */
const DUE_MS = 60 * 60_000;

/**
 * Passes a correction on to every holder of the field (GDPR Art. 19), as a request that its person can
 * follow. What is passed on is the value as it is when the holder takes it, never an older one.
 *
 * @param request the request that asked for this correction, where there is one: it then waits for the
 *   holders itself, and no other is made
 * @returns the request's reference, or null when no connected system holds the field
 */
export async function passOnCorrection(
  tx: Tx,
  vault: Vault,
  {
    subjectId,
    field,
    request,
    now,
  }: { subjectId: string; field: string; request?: AskedBy | undefined; now: Date },
): Promise<string | null> {
  if (!isCorrectable(field)) return null;
  const concerned: readonly string[] = recipientsOfColumn(subjectTableNamed('account'), field);
  const holders = (await allHolders(tx)).filter(
    ({ id, connected }) => connected && concerned.includes(id),
  );
  const [person] = await tx
    .select({ country: account.country })
    .from(account)
    .where(eq(account.subjectId, subjectId));
  if (holders.length === 0 || !person) return null;
  const { id, reference } = request ?? (await newRequest(tx, { subjectId, field, person, now }));
  await planSteps(tx, {
    requestId: id,
    subjectId,
    from: request?.steps ?? 0,
    steps: [{ name: 'corrected' }, { name: 'holders', rowsTotal: holders.length }],
  });
  await finishStep(tx, { requestId: id, position: request?.steps ?? 0, rowsDone: 0, now });
  await askHolders(tx, vault, {
    requestId: id,
    subjectId,
    kinds: ['correct'],
    holders,
    detail: { field },
    dueAt: new Date(now.getTime() + DUE_MS),
    now,
  });
  return reference;
}

async function newRequest(
  tx: Tx,
  {
    subjectId,
    field,
    person,
    now,
  }: { subjectId: string; field: string; person: { country: string }; now: Date },
): Promise<{ id: string; reference: string }> {
  const id = newId(now);
  const reference = newReference();
  await tx.insert(dataSubjectRequest).values({
    id,
    subjectId,
    reference,
    kind: 'rectification',
    state: 'running',
    receivedAt: now,
    dueAt: dueAt(now, person.country),
    sections: ['account'],
    field,
  });
  return { id, reference };
}

function isCorrectable(field: string): field is CorrectableField {
  return correctableFields.some((one) => one === field);
}
