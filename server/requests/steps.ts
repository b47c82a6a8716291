import { and, eq, sql } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import { requestStep } from '../../db/schema/request.ts';

/** Writes the steps of a request with the request itself; `from` where it has some already. */
export async function planSteps(
  tx: Tx,
  {
    requestId,
    subjectId,
    from = 0,
    steps,
  }: {
    requestId: string;
    subjectId: string;
    from?: number;
    steps: readonly { name: string; rowsTotal?: number | null }[];
  },
): Promise<void> {
  await tx.insert(requestStep).values(
    steps.map(({ name, rowsTotal = null }, index) => ({
      requestId,
      position: from + index,
      subjectId,
      name,
      state: 'waiting' as const,
      rowsDone: 0,
      rowsTotal,
    })),
  );
}

type Place = { requestId: string; position: number };
const at = ({ requestId, position }: Place) =>
  and(eq(requestStep.requestId, requestId), eq(requestStep.position, position));

/** Marks a step as under way. Outside the job's transaction, so that people see it. */
export async function startStep(
  db: Db | Tx,
  place: Place & { now: Date; rowsTotal?: number | null },
): Promise<void> {
  await db
    .update(requestStep)
    .set({
      state: 'running',
      rowsDone: 0,
      startedAt: sql`coalesce(${requestStep.startedAt}, ${place.now.toISOString()}::timestamptz)`,
      ...(place.rowsTotal === undefined ? {} : { rowsTotal: place.rowsTotal }),
    })
    .where(at(place));
  await notify(db, place.requestId);
}

/** How far a step is. Outside the job's transaction; call it a few times a second at most. */
export async function progress(db: Db | Tx, place: Place & { rowsDone: number }): Promise<void> {
  await db
    .update(requestStep)
    .set({ rowsDone: place.rowsDone })
    .where(and(at(place), eq(requestStep.state, 'running')));
  await notify(db, place.requestId);
}

/** A step is done; commits with its work. */
export async function finishStep(
  tx: Tx,
  place: Place & { now: Date; rowsDone: number },
): Promise<void> {
  await tx
    .update(requestStep)
    .set({
      state: 'done',
      rowsDone: place.rowsDone,
      startedAt: sql`coalesce(${requestStep.startedAt}, ${place.now.toISOString()}::timestamptz)`,
      finishedAt: place.now,
    })
    .where(at(place));
  await notify(tx, place.requestId);
}

/** Wakes those who watch the request; reaches them when the transaction commits. */
export async function notify(db: Pick<Db, 'execute'>, requestId: string): Promise<void> {
  await db.execute(sql`select pg_notify('request', ${requestId})`);
}
