import { and, asc, eq, ne, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { countSubjectRows, erasureOrder } from '../../../db/data-map/erase.ts';
import type { MapTable } from '../../../db/data-map/index.ts';
import { requestStep } from '../../../db/schema/request.ts';
import { notify } from '../steps.ts';

export type StepRow = typeof requestStep.$inferSelect;

const before = ['lock', 'copies'] as const;
const gate = ['holds', 'farewell'] as const;
const after = ['verify', 'key', 'receipt'] as const;
type FixedStep = (typeof before)[number] | (typeof gate)[number] | (typeof after)[number];

export type ErasureStep =
  | { kind: FixedStep }
  /** `delete` and `keep` work on one table; which, stands in the name: `delete:gpuSession`. */
  | { kind: 'delete' | 'keep'; table: MapTable };

/** All work of an erasure in its order. The account goes late, its key after everything else. */
export function erasureSteps(): { name: string; step: ErasureStep }[] {
  const tables = erasureOrder.filter(({ name }) => name !== 'subjectKey');
  const onTable = (table: MapTable) => {
    const kind = table.onErasure;
    return { name: `${kind}:${table.name}`, step: { kind, table } };
  };
  const fixed = (kind: FixedStep) => ({ name: kind, step: { kind } });
  return [
    ...before.map(fixed),
    ...tables.filter(({ name }) => name !== 'account').map(onTable),
    ...gate.map(fixed),
    ...tables.filter(({ name }) => name === 'account').map(onTable),
    ...after.map(fixed),
  ];
}

const byName = new Map(erasureSteps().map(({ name, step }) => [name, step]));

/** @throws {RangeError} when a step of another version is no longer known */
export function stepNamed(name: string): ErasureStep {
  const step = byName.get(name);
  if (!step) throw new RangeError('no such step');
  return step;
}

/** Writes the list of work, with the rows each table has now. What stands there already stays. */
export async function writeSteps(
  tx: Tx,
  { requestId, subjectId, now }: { requestId: string; subjectId: string; now: Date },
): Promise<void> {
  const rows = await Promise.all(
    erasureSteps().map(async ({ name, step }, position) => ({
      requestId,
      position,
      subjectId,
      name,
      state: 'waiting' as const,
      rowsDone: 0,
      rowsTotal: 'table' in step ? await countSubjectRows(tx, step.table, subjectId) : null,
      startedAt: position === 0 ? now : null,
    })),
  );
  await tx.insert(requestStep).values(rows).onConflictDoNothing();
}

/** The first step that is not done, or null. */
export async function nextStep(tx: Tx, requestId: string): Promise<StepRow | null> {
  const [row] = await tx
    .select()
    .from(requestStep)
    .where(and(eq(requestStep.requestId, requestId), ne(requestStep.state, 'done')))
    .orderBy(asc(requestStep.position))
    .limit(1);
  return row ?? null;
}

/** Notes what a run did for a step, and whether the step is finished with it. */
export async function noteStep(
  tx: Tx,
  { step, rows, finished, now }: { step: StepRow; rows: number; finished: boolean; now: Date },
): Promise<void> {
  await tx
    .update(requestStep)
    .set({
      state: finished ? 'done' : 'running',
      rowsDone: sql`${requestStep.rowsDone} + ${rows}`,
      startedAt: step.startedAt ?? now,
      finishedAt: finished ? now : null,
    })
    .where(and(eq(requestStep.requestId, step.requestId), eq(requestStep.position, step.position)));
  await notify(tx, step.requestId);
}

/** Lets the steps of these tables, and all behind the first of them, run once more. */
export async function reopenSteps(tx: Tx, requestId: string, names: readonly string[]): Promise<void> {
  const list = sql.join(names.map((name) => sql`${name}`), sql`, `);
  await tx
    .update(requestStep)
    .set({ state: 'running', finishedAt: null })
    .where(and(eq(requestStep.requestId, requestId), sql`${requestStep.name} in (${list})`));
}
