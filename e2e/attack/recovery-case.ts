import { later } from '../../server/auth/testing.ts';
import type { Deps } from '../../server/deps.ts';
import {
  HOUR,
  openedCase,
  STATEMENT,
  stopOf,
  WHY,
} from '../../server/support/lost-factors/testing.ts';
import { mailedToken } from '../../server/testing/letters.ts';
import { atTheDesk, callerFor, insertStaff, type Person } from '../../server/testing/people.ts';

export { openedCase, STATEMENT, stopOf };

const STEP = 60;
let staff: Promise<[Person, Person]> | null = null;

/**
 * A recovery that two of support have approved, three days after it was asked for; a code works once, so
 * each comes a step after the one before.
 * @returns the token of the letter
 */
export async function approvedAfter(deps: Deps, person: Person, round: number): Promise<string> {
  staff ??= Promise.all([
    insertStaff(deps, { label: 'Support agent S-91' }),
    insertStaff(deps, { label: 'Support agent S-92' }),
  ]);
  const [first, second] = await staff;
  const { reference } = await openedCase(deps, person);
  const desk = async (agent: Person, seconds: number) => {
    const now = later(seconds);
    const jar = await atTheDesk(deps, agent, { now });
    return callerFor(deps, jar, { now, surface: 'console' }).lostFactorsDesk;
  };
  const at = 72 * HOUR + round * STEP;
  await (await desk(first, at)).propose({ reference, reason: WHY });
  await (await desk(second, at)).approve({ reference });
  return mailedToken(deps, person.subjectId, 'lost_factors_approved');
}
