import { and, asc, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import type { Db, Tx } from '../../../db/connect.ts';
import { sectionsHeldBy } from '../../../db/data-map/holdings.ts';
import { holderTask } from '../../../db/schema/holder-task.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { holder } from '../../../db/schema/service.ts';
import type { Actor } from '../../actor.ts';
import { recordAudit } from '../../audit/record.ts';
import { KeyGoneError, type Vault } from '../../crypto/vault.ts';
import { notify } from '../../requests/steps.ts';
import type { HandedTask } from '../contract/tasks.ts';
import { recordDisclosures } from '../disclose.ts';
import type { TaskPayload } from './ask.ts';
import { currentValue, leaving } from './identify.ts';

/** A holder has this long for a task before another process of it is given the same one. */
export const LEASE_MS = 30_000;

type Task = typeof holderTask.$inferSelect;
type Handing = { actor: Actor & { kind: 'service' }; requestId: string; now: Date };

/** Tasks that could be handed out now to the holder that a service acts for, the oldest first. */
export async function claimable(
  db: Db | Tx,
  { serviceId, limit }: { serviceId: string; limit: number },
): Promise<{ id: string; subjectId: string }[]> {
  return db
    .select({ id: holderTask.id, subjectId: holderTask.subjectId })
    .from(holderTask)
    .innerJoin(holder, eq(holder.id, holderTask.holderId))
    .where(and(eq(holder.serviceId, serviceId), free()))
    .orderBy(asc(holderTask.availableAt), asc(holderTask.id))
    .limit(limit);
}

/** Asked for, not taken, and its time has come; by the clock of the database, as leases are. */
function free() {
  return and(
    isNull(holderTask.endedAt),
    sql`${holderTask.availableAt} <= clock_timestamp()`,
    or(isNull(holderTask.leaseUntil), sql`${holderTask.leaseUntil} <= clock_timestamp()`),
  );
}

/**
 * Hands out those of some tasks that are still free and of the holder that this service acts for. What
 * leaves with them is disclosed and recorded in the same transaction. Two that ask at once are never
 * given the same task: a row is taken under its lock, and belongs to its taker until the lease is over.
 *
 * @param now from the clock of the database
 */
export async function claimTasks(
  tx: Tx,
  vault: Vault,
  { actor, ids, requestId, now }: Handing & { ids: readonly string[] },
): Promise<HandedTask[]> {
  const rows = await tx
    .select({ task: holderTask, reference: dataSubjectRequest.reference })
    .from(holderTask)
    .innerJoin(holder, eq(holder.id, holderTask.holderId))
    .leftJoin(dataSubjectRequest, eq(dataSubjectRequest.id, holderTask.requestId))
    .where(and(inArray(holderTask.id, [...ids]), eq(holder.serviceId, actor.id), free()))
    .orderBy(asc(holderTask.availableAt), asc(holderTask.id))
    .for('update', { of: holderTask, skipLocked: true });
  const handed: HandedTask[] = [];
  for (const { task, reference } of rows) {
    const one = await handOut(tx, vault, { task, reference, actor, requestId, now });
    if (one) handed.push(one);
  }
  return handed;
}

async function handOut(
  tx: Tx,
  vault: Vault,
  { task, reference, actor, requestId, now }: Handing & { task: Task; reference: string | null },
): Promise<HandedTask | null> {
  const { id, subjectId, holderId, kind } = task;
  const payload = await opened(tx, vault, task);
  if (!payload) {
    // Its person is gone with the key: nobody can be asked about them any more.
    await tx
      .update(holderTask)
      .set({ endedAt: now, lastError: 'KEY_GONE' })
      .where(eq(holderTask.id, id));
    return null;
  }
  const leaseUntil = new Date(now.getTime() + LEASE_MS);
  const [taken] = await tx
    .update(holderTask)
    .set({
      state: task.dueAt <= now ? 'missing' : 'claimed',
      attempts: sql`${holderTask.attempts} + 1`,
      claimedAt: now,
      leaseUntil,
      answerHash: null,
    })
    .where(eq(holderTask.id, id))
    .returning({ claim: holderTask.attempts });
  if (!taken) return null;
  const { person, field = null, restricted = false } = payload;
  const purpose = 'privacy_rights';
  await recordDisclosures(
    tx,
    leaving({ person, field }).map((left) => ({
      ...left,
      subjectId,
      recipient: holderId,
      purpose,
      now,
    })),
  );
  await recordAudit(tx, vault, {
    action: 'holder.task_claimed',
    actor,
    subjectId,
    purpose,
    sections: sectionsHeldBy(holderId),
    reference,
    requestId,
    details: { kind, claim: taken.claim, ...(field ? { field } : {}) },
    now,
  });
  await notify(tx, task.requestId);
  const common = {
    id,
    claim: taken.claim,
    person,
    leaseUntil: leaseUntil.toISOString(),
    dueAt: task.dueAt.toISOString(),
  };
  if (kind === 'correct') {
    if (!field) throw new Error('a correction without a field');
    return { ...common, kind, field, value: await currentValue(tx, vault, { subjectId, field }) };
  }
  return kind === 'restrict' ? { ...common, kind, restricted } : { ...common, kind };
}

async function opened(
  tx: Tx,
  vault: Vault,
  { subjectId, payload }: Task,
): Promise<TaskPayload | null> {
  if (payload === null) return null;
  try {
    const key = await vault.subjectKey(tx, subjectId);
    return JSON.parse(vault.unseal(key, 'holder_task.payload', payload)) as TaskPayload;
  } catch (cause) {
    if (cause instanceof KeyGoneError) return null;
    throw cause;
  }
}
