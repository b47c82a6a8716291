import { and, eq, isNull } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { newId } from '../../crypto/token.ts';
import type { Vault } from '../../crypto/vault.ts';
import type { AskedBy } from '../../requests/rectification/pass-on.ts';
import { newReference } from '../../requests/reference.ts';
import { finishStep, notify, planSteps } from '../../requests/steps.ts';
import { fieldNames, fieldOf } from './about.ts';

type Asked = { subjectId: string; aboutId: string; value: string; due: Date; now: Date };

/** A correction that a person decides: a request (GDPR Art. 16) with its clock, beside its case. */
export async function openRequest(
  tx: Tx,
  vault: Vault,
  { subjectId, aboutId, value, due, now }: Asked,
): Promise<string> {
  const names = fieldNames(aboutId);
  const key = await vault.subjectKey(tx, subjectId);
  const id = newId(now);
  const reference = newReference();
  await tx.insert(dataSubjectRequest).values({
    id,
    subjectId,
    reference,
    kind: 'rectification',
    state: 'running',
    receivedAt: now,
    dueAt: due,
    sections: [fieldOf(names)?.table.section ?? 'records'],
    field: names.table === 'account' ? names.column : null,
    proposedValue: vault.seal(key, 'data_subject_request.proposed_value', value),
  });
  await planSteps(tx, { requestId: id, subjectId, steps: [{ name: 'judged' }] });
  return reference;
}

/** The request has its decision; whoever else holds the field may still have to be asked. */
export async function judged(tx: Tx, reference: string, now: Date): Promise<AskedBy | undefined> {
  const [request] = await tx
    .select({ id: dataSubjectRequest.id })
    .from(dataSubjectRequest)
    .where(running(reference));
  if (!request) return undefined;
  await finishStep(tx, { requestId: request.id, position: 0, rowsDone: 0, now });
  return { ...request, reference, steps: 1 };
}

/** Ends the request of a case. */
export async function endRequest(
  tx: Tx,
  { reference, state, now }: { reference: string; state: 'completed' | 'cancelled'; now: Date },
): Promise<void> {
  const [ended] = await tx
    .update(dataSubjectRequest)
    .set({ state, endedAt: now })
    .where(running(reference))
    .returning({ id: dataSubjectRequest.id });
  if (ended) await notify(tx, ended.id);
}

const running = (reference: string) =>
  and(eq(dataSubjectRequest.reference, reference), isNull(dataSubjectRequest.endedAt));
