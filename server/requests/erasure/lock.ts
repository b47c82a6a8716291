import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { account } from '../../../db/schema/account.ts';
import { dataSubjectRequest, exportArchive } from '../../../db/schema/request.ts';
import { gpuSession } from '../../../db/schema/usage.ts';
import { newId } from '../../crypto/token.ts';
import type { Vault } from '../../crypto/vault.ts';
import { endOtherTasks } from '../../services/tasks/end.ts';
import type { ExportStore } from '../store.ts';
import { blockingEdges, handOver, ownershipEdges, recordNewOwner } from './organisations.ts';

/**
 * The point of no return: from here on the account can neither be used nor saved. Takes the request from
 * `waiting` to `running` in the same order of rows as a cancellation, so that exactly one of them wins.
 * The raised epoch ends every session at once; their rows go with their table.
 *
 * @returns the country of the account
 * @throws {Error} when the account does not wait for its deletion
 */
export async function startErasure(
  tx: Tx,
  { requestId, subjectId }: { requestId: string; subjectId: string },
): Promise<string> {
  const [request] = await tx
    .update(dataSubjectRequest)
    .set({ state: 'running' })
    .where(and(eq(dataSubjectRequest.id, requestId), eq(dataSubjectRequest.state, 'waiting')))
    .returning({ id: dataSubjectRequest.id });
  if (!request) throw new Error('an erasure that does not wait');
  const [locked] = await tx
    .update(account)
    .set({ status: 'erasing', sessionEpoch: sql`${account.sessionEpoch} + 1` })
    .where(and(eq(account.subjectId, subjectId), eq(account.status, 'pending_deletion')))
    .returning({ country: account.country });
  if (!locked) throw new Error('an open erasure of an account that does not wait for one');
  return locked.country;
}

/**
 * Ends what still runs for the account: rented GPUs, copies being made, other requests and what holders
 * are asked for them. An organisation
 * that lost its other owners during the grace period passes to the member who has been there longest,
 * who can see in their log that it did.
 *
 * @returns how many GPU sessions were ended
 */
export async function endWhatRuns(
  tx: Tx,
  vault: Vault,
  { requestId, subjectId, now }: { requestId: string; subjectId: string; now: Date },
): Promise<number> {
  const ended = await tx
    .update(gpuSession)
    .set({ endedAt: now })
    .where(and(eq(gpuSession.subjectId, subjectId), sql`${gpuSession.endedAt} is null`))
    .returning({ id: gpuSession.id });
  await tx
    .update(dataSubjectRequest)
    .set({ state: 'cancelled', endedAt: now })
    .where(
      and(
        eq(dataSubjectRequest.subjectId, subjectId),
        ne(dataSubjectRequest.id, requestId),
        inArray(dataSubjectRequest.state, ['waiting', 'running', 'unconfirmed']),
      ),
    );
  await endOtherTasks(tx, { requestId, subjectId, now });
  for (const { organisationId } of blockingEdges(await ownershipEdges(tx, subjectId))) {
    const newOwner = await handOver(tx, { subjectId, organisationId });
    if (newOwner) await recordNewOwner(tx, vault, { newOwner, requestId: newId(now), now });
  }
  return ended.length;
}

/**
 * Removes the files of all copies, and of unfinished ones, whose names begin with their request's id.
 * Files know no transaction: removing one twice is no error, and their rows go later.
 */
export async function removeCopies(
  tx: Tx,
  { store, subjectId }: { store: ExportStore; subjectId: string },
): Promise<number> {
  const finished = await tx
    .select({ name: exportArchive.objectName })
    .from(exportArchive)
    .where(eq(exportArchive.subjectId, subjectId));
  const requests = await tx
    .select({ id: dataSubjectRequest.id })
    .from(dataSubjectRequest)
    .where(
      and(eq(dataSubjectRequest.subjectId, subjectId), eq(dataSubjectRequest.kind, 'portability')),
    );
  const names = new Set(finished.map(({ name }) => name));
  for (const name of await store.list()) {
    if (requests.some(({ id }) => name.includes(id))) names.add(name);
  }
  for (const name of names) await store.remove(name);
  return names.size;
}
