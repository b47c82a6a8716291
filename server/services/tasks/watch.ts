import { and, eq, inArray, isNotNull, isNull, lte } from 'drizzle-orm';
import { z } from 'zod';
import type { Tx } from '../../../db/connect.ts';
import { holderTask } from '../../../db/schema/holder-task.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { recordAudit } from '../../audit/record.ts';
import type { Vault } from '../../crypto/vault.ts';
import { defineJob, enqueue, type JobDefinition, type JobOutcome } from '../../jobs/define.ts';

/** What a holder has not done by then becomes a task for people as well; it is still asked. */
export const ESCALATE_MS = 24 * 60 * 60_000;
export const ESCALATE_ATTEMPTS = 10;
const RETRY_MS = 60 * 60_000;

type Task = typeof holderTask.$inferSelect;
type Of = { requestId: string; now: Date };

/** Says of tasks whose time is over, once, that their holder did not answer. They are still asked for. */
export async function markMissing(tx: Tx, vault: Vault, { requestId, now }: Of): Promise<void> {
  const missed = await tx
    .update(holderTask)
    .set({ state: 'missing' })
    .where(
      and(
        eq(holderTask.requestId, requestId),
        inArray(holderTask.state, ['waiting', 'claimed']),
        isNull(holderTask.endedAt),
        // What waits for a release or for another task is not late itself.
        isNotNull(holderTask.availableAt),
        lte(holderTask.dueAt, now),
      ),
    )
    .returning();
  for (const task of missed) await record(tx, vault, { task, action: 'holder.late', now });
}

/** Makes tasks for people of what took too long or failed too often. */
export async function escalate(tx: Tx, vault: Vault, { requestId, now }: Of): Promise<number> {
  const open = await tx
    .select()
    .from(holderTask)
    .where(
      and(
        eq(holderTask.requestId, requestId),
        isNull(holderTask.endedAt),
        isNull(holderTask.escalatedAt),
      ),
    );
  const stuck = open.filter((task) => needsPerson(task, now));
  for (const task of stuck) {
    await tx.update(holderTask).set({ escalatedAt: now }).where(eq(holderTask.id, task.id));
    await record(tx, vault, { task, action: 'holder.needs_person', now });
  }
  return stuck.length;
}

function needsPerson({ state, availableAt, createdAt, attempts }: Task, now: Date): boolean {
  if (availableAt === null) return false;
  return (
    state === 'refused' ||
    attempts >= ESCALATE_ATTEMPTS ||
    now.getTime() - createdAt.getTime() >= ESCALATE_MS
  );
}

async function record(
  tx: Tx,
  vault: Vault,
  { task, action, now }: { task: Task; action: 'holder.late' | 'holder.needs_person'; now: Date },
): Promise<void> {
  const { subjectId, requestId, holderId, kind, attempts } = task;
  const [request] = await tx
    .select({ reference: dataSubjectRequest.reference })
    .from(dataSubjectRequest)
    .where(eq(dataSubjectRequest.id, requestId));
  await recordAudit(tx, vault, {
    action,
    actor: { kind: 'system', job: 'holder.watch' },
    subjectId,
    purpose: 'privacy_rights',
    outcome: 'failed',
    reference: request?.reference ?? null,
    requestId,
    details: { holder: holderId, kind, attempts },
    now,
  });
}

/** Looks after the tasks of a request until none is open or nothing about them can change by time. */
async function watch(tx: Tx, vault: Vault, { requestId, now }: Of): Promise<JobOutcome> {
  // The same order of locks as an answer: the request, then its tasks.
  await tx
    .select({ id: dataSubjectRequest.id })
    .from(dataSubjectRequest)
    .where(eq(dataSubjectRequest.id, requestId))
    .for('update');
  await markMissing(tx, vault, { requestId, now });
  await escalate(tx, vault, { requestId, now });
  const open = await tx
    .select()
    .from(holderTask)
    .where(and(eq(holderTask.requestId, requestId), isNull(holderTask.endedAt)));
  // One that waits for a release begins to count with it: looked at again, in case that is soon.
  const next = open.flatMap(({ dueAt, createdAt, escalatedAt, availableAt }) => {
    if (availableAt === null) return [now.getTime() + RETRY_MS];
    return [dueAt.getTime(), ...(escalatedAt ? [] : [createdAt.getTime() + ESCALATE_MS])].filter(
      (moment) => moment > now.getTime(),
    );
  });
  return next.length === 0 ? 'done' : { runAt: new Date(Math.min(...next)) };
}

const payload = z.strictObject({ requestId: z.uuid() });
type Payload = z.infer<typeof payload>;

/** Notices by the clock what no answer will tell: that there was none. */
export const watchTasksJob: JobDefinition<Payload> = defineJob<Payload>({
  kind: 'holder.watch',
  maxAttempts: 8,
  parse: (value) => payload.parse(value),
  run: ({ deps, tx, payload: { requestId }, now }) => watch(tx, deps.vault, { requestId, now }),
  async onDead({ deps, tx, payload: { requestId }, now }) {
    deps.log.error({ request: requestId }, 'the tasks of a request are not watched');
    await enqueue(tx, watchTasksJob, {
      payload: { requestId },
      now,
      runAt: new Date(now.getTime() + RETRY_MS),
      dedupeKey: `holder.watch:${requestId}`,
    });
  },
});

export const holderJobs = [watchTasksJob];
