import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { holderTask, type TaskKind } from '../../../db/schema/holder-task.ts';
import { newId } from '../../crypto/token.ts';
import type { Vault } from '../../crypto/vault.ts';
import { enqueue } from '../../jobs/define.ts';
import type { CorrectableField, PersonAtHolder } from '../contract/tasks.ts';
import type { Holder } from './holders.ts';
import { identify } from './identify.ts';
import { watchTasksJob } from './watch.ts';

/** What a task keeps sealed until it is over. */
export type TaskPayload = {
  person: PersonAtHolder;
  /** For a correction. */
  field?: CorrectableField;
  /** For a restriction. */
  restricted?: boolean;
};

type Wish = {
  requestId: string;
  subjectId: string;
  kinds: readonly [TaskKind, ...TaskKind[]];
  holders: readonly Pick<Holder, 'id' | 'connected'>[];
  dueAt: Date;
  now: Date;
  detail?: Omit<TaskPayload, 'person'>;
  /** Not handed out yet: see `releaseTasks`. */
  held?: boolean;
};

/**
 * Asks holders for something, in the transaction of what makes it necessary. Those that are not
 * connected are left out. Of several kinds the first is handed out at once, the next when the one
 * before is done.
 *
 * @returns how many holders were asked
 */
export async function askHolders(
  tx: Tx,
  vault: Vault,
  { requestId, subjectId, kinds, holders, dueAt, now, detail = {}, held = false }: Wish,
): Promise<number> {
  const connected = holders.filter((one) => one.connected);
  if (connected.length === 0) return 0;
  const key = await vault.subjectKey(tx, subjectId);
  for (const { id: holderId } of connected) {
    const person = await identify(tx, { subjectId, holderId });
    const payload: TaskPayload = { person, ...detail };
    await tx
      .insert(holderTask)
      .values(
        kinds.map((kind, position) => ({
          id: newId(now),
          subjectId,
          requestId,
          holderId,
          kind,
          state: 'waiting' as const,
          payload: vault.seal(key, 'holder_task.payload', JSON.stringify(payload)),
          createdAt: now,
          dueAt,
          availableAt: held || position > 0 ? null : now,
          attempts: 0,
        })),
      )
      .onConflictDoNothing();
  }
  await enqueue(tx, watchTasksJob, {
    payload: { requestId },
    now,
    runAt: dueAt,
    dedupeKey: `holder.watch:${requestId}`,
  });
  if (!held) await tellHolders(tx);
  return connected.length;
}

/** Lets tasks of a kind that were held be handed out: their time begins now. */
export async function releaseTasks(
  tx: Tx,
  {
    requestId,
    holderId,
    kind,
    now,
    dueAt,
  }: { requestId: string; holderId?: string; kind: TaskKind; now: Date; dueAt: Date },
): Promise<void> {
  await tx
    .update(holderTask)
    .set({ availableAt: now, createdAt: now, dueAt })
    .where(
      and(
        eq(holderTask.requestId, requestId),
        holderId === undefined ? undefined : eq(holderTask.holderId, holderId),
        eq(holderTask.kind, kind),
        isNull(holderTask.availableAt),
        isNull(holderTask.endedAt),
      ),
    );
  await tellHolders(tx);
}

/** Wakes holders that wait for work; reaches them when the transaction commits. */
export async function tellHolders(tx: Pick<Tx, 'execute'>): Promise<void> {
  await tx.execute(sql`select pg_notify('holder_task', '')`);
}
