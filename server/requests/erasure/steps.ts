import { and, asc, eq, inArray, min, ne, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { erasureOrder } from '../../../db/data-map/erase.ts';
import { countSubject } from '../../../db/data-map/erasure-plan.ts';
import type { MapTable, TableName } from '../../../db/data-map/index.ts';
import { requestStep } from '../../../db/schema/request.ts';
import { allHolders } from '../../services/tasks/holders.ts';
import { finishStep, notify, planSteps } from '../steps.ts';
import { holderDone } from './holders.ts';

export type StepRow = typeof requestStep.$inferSelect;

const before = ['lock', 'copies', 'holders'] as const;
const gate = ['holds', 'farewell'] as const;
const after = ['verify', 'key', 'receipt'] as const;
type FixedStep = (typeof before)[number] | (typeof gate)[number] | (typeof after)[number];

export type ErasureStep =
  | { kind: FixedStep }
  /** Waits for one holder; which, stands in the name: `holder:paylane`. */
  | { kind: 'holder'; holderId: string }
  /** `delete` and `keep` work on one table; which, stands in the name: `delete:gpuSession`. */
  | { kind: 'delete' | 'keep'; table: MapTable };

/** The step that works on a table. The key has one of its own. */
export function stepNameOf({ name, onErasure }: Pick<MapTable, 'name' | 'onErasure'>): string {
  return name === 'subjectKey' ? 'key' : `${onErasure}:${name}`;
}

const HOLDER = 'holder:';

/**
 * All work of an erasure in its order. The account goes late, its key after everything else: while a
 * holder has not answered, its questions are sealed with it.
 *
 * @param holderIds holders that are asked
 */
export function erasureSteps(holderIds: readonly string[]): { name: string; step: ErasureStep }[] {
  const isLast = ({ name }: { name: TableName }) => name === 'account' || name === 'subjectKey';
  const onTable = (table: MapTable) => ({
    name: stepNameOf(table),
    step: { kind: table.onErasure, table },
  });
  const fixed = (kind: FixedStep) => ({ name: kind, step: { kind } });
  return [
    ...before.map(fixed),
    ...erasureOrder.filter((table) => !isLast(table)).map(onTable),
    ...gate.map(fixed),
    ...erasureOrder.filter(({ name }) => name === 'account').map(onTable),
    ...holderIds.map((holderId) => ({
      name: `${HOLDER}${holderId}`,
      step: { kind: 'holder' as const, holderId },
    })),
    ...after.map(fixed),
  ];
}

/** Whom a step waits for, by its name; null for every other step. */
export function holderOfStep(name: string): string | null {
  return name.startsWith(HOLDER) ? name.slice(HOLDER.length) : null;
}

const byName = new Map(erasureSteps([]).map(({ name, step }) => [name, step]));

/** @throws {RangeError} when a step of another version is no longer known */
export function stepNamed(name: string): ErasureStep {
  const holderId = holderOfStep(name);
  if (holderId !== null) return { kind: 'holder', holderId };
  const step = byName.get(name);
  if (!step) throw new RangeError('no such step');
  return step;
}

/** Writes the list of work, with the rows each table has now and the holders that are connected now. */
export async function writeSteps(
  tx: Tx,
  { requestId, subjectId, country }: { requestId: string; subjectId: string; country: string },
): Promise<void> {
  const holders = (await allHolders(tx)).filter(({ connected }) => connected);
  const counts = await countSubject(tx, { subjectId, country });
  const rowsOf = new Map(counts.map(({ table, rows }) => [stepNameOf(table), rows]));
  await planSteps(tx, {
    requestId,
    subjectId,
    steps: erasureSteps(holders.map(({ id }) => id)).map(({ name }) => ({
      name,
      rowsTotal: rowsOf.get(name) ?? null,
    })),
  });
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
  const { requestId, position } = step;
  const rowsDone = step.rowsDone + rows;
  if (finished) return finishStep(tx, { requestId, position, rowsDone, now });
  await tx
    .update(requestStep)
    .set({ state: 'running', rowsDone, startedAt: step.startedAt ?? now })
    .where(and(eq(requestStep.requestId, requestId), eq(requestStep.position, position)));
  await notify(tx, requestId);
}

/** Ends the steps of holders that have confirmed, in whichever order they did. */
export async function finishConfirmed(
  tx: Tx,
  { requestId, now }: { requestId: string; now: Date },
): Promise<void> {
  const open = await tx
    .select({ name: requestStep.name, position: requestStep.position })
    .from(requestStep)
    .where(and(eq(requestStep.requestId, requestId), ne(requestStep.state, 'done')));
  for (const { name, position } of open) {
    const step = stepNamed(name);
    if (step.kind !== 'holder') continue;
    if (await holderDone(tx, { requestId, holderId: step.holderId }))
      await finishStep(tx, { requestId, position, rowsDone: 1, now });
  }
}

/**
 * Lets these steps run once more; their counts go on. A table that is newer than the request has no step
 * yet: it gets one, before all others, so that no step changes its place under a piece of work.
 */
export async function reopenSteps(
  tx: Tx,
  { id: requestId, subjectId }: { id: string; subjectId: string },
  names: readonly string[],
): Promise<void> {
  const reopened = await tx
    .update(requestStep)
    .set({ state: 'running', finishedAt: null })
    .where(and(eq(requestStep.requestId, requestId), inArray(requestStep.name, [...names])))
    .returning({ name: requestStep.name });
  const known = new Set(reopened.map(({ name }) => name));
  const steps = [...new Set(names)].filter((name) => !known.has(name)).map((name) => ({ name }));
  if (steps.length === 0) return;
  const [first] = await tx
    .select({ position: min(requestStep.position) })
    .from(requestStep)
    .where(eq(requestStep.requestId, requestId));
  const from = (first?.position ?? 0) - steps.length;
  await planSteps(tx, { requestId, subjectId, from, steps });
}

/** Ends the steps of requests that were cancelled: without an end they would never reach their date to go. */
export async function endOtherSteps(
  tx: Tx,
  { requestId, subjectId, now }: { requestId: string; subjectId: string; now: Date },
): Promise<void> {
  await tx
    .update(requestStep)
    .set({
      finishedAt: now,
      state: sql`case when ${requestStep.state} = 'done' then 'done' else 'failed' end`,
    })
    .where(
      and(
        eq(requestStep.subjectId, subjectId),
        ne(requestStep.requestId, requestId),
        sql`${requestStep.finishedAt} is null`,
      ),
    );
}
