import { automatedDecision } from '../../../db/schema/decision.ts';
import { start } from '../../auth/testing.ts';
import { newId } from '../../crypto/token.ts';
import type { Deps } from '../../deps.ts';
import { atTheDesk, insertStaff } from '../../testing/people.ts';
import { doors } from '../testing.ts';

export const DAY = 86_400_000;
export const WHY = 'Your bank confirmed the address that you gave us.';
export const country = { table: 'account', column: 'country' };
export const move = {
  kind: 'correction',
  about: country,
  value: 'FR',
  text: 'I have moved.',
} as const;
export const question = (about = 'My invoice') =>
  ({ kind: 'question', about, text: 'Why?' }) as const;

/** Another member of staff at the console. */
export async function colleague(deps: Deps, person: Parameters<typeof insertStaff>[1]) {
  const staff = await insertStaff(deps, person);
  const jar = await atTheDesk(deps, staff, { now: start });
  return { staff, at: doors(deps, jar, jar).asAgent };
}

export async function insertDecision({ connection }: Deps, subjectId: string): Promise<string> {
  const id = newId(start);
  await connection.db.insert(automatedDecision).values({
    id,
    subjectId,
    kind: 'quota',
    outcome: 'limited',
    effect: 'Two GPUs at once',
    decidedAt: start,
  });
  return id;
}
