import { eq } from 'drizzle-orm';
import type { Db, Tx } from '../../../db/connect.ts';
import { requestStep } from '../../../db/schema/request.ts';

/** The work on a copy as its person sees it, in its order; without holders to ask there is no `holders`. */
export const copySteps = ['holders', 'collect', 'seal', 'tell'] as const;
export type CopyStep = (typeof copySteps)[number];

/** Where each step of a request stands in its list. */
export type StepPositions = ReadonlyMap<CopyStep, number>;

export async function stepPositions(db: Db | Tx, requestId: string): Promise<StepPositions> {
  const rows = await db
    .select({ name: requestStep.name, position: requestStep.position })
    .from(requestStep)
    .where(eq(requestStep.requestId, requestId));
  return new Map(rows.map(({ name, position }) => [name as CopyStep, position]));
}

/** @throws {Error} when the request has no such step */
export function positionOf(positions: StepPositions, step: CopyStep): number {
  const position = positions.get(step);
  if (position === undefined) throw new Error(`a copy without the step ${step}`);
  return position;
}
