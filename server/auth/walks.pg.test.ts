import { describe, expect } from 'vitest';
import { testDeps } from '../testing/deps.ts';
import { insertStaff } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import type { Tally } from '../testing/walks/state.ts';
import { takeDrawn, textOfPlan } from '../testing/walks/walk.ts';

const WALKS = 10;
const STEPS = 60;
/** Another one each day would be a test of its own; `npm run walks` takes as many as there is time for. */
const SEED = 20_26;

describe('random walks of one person and of strangers with the password, the mailbox, or both', () => {
  test('end nowhere without a second factor: every answer and every row is what it must be', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const staff = [
      await insertStaff(deps, { label: 'Support agent S-91' }),
      await insertStaff(deps, { label: 'Support agent S-92' }),
    ] as const;
    const tally: Tally = new Map();
    let signedIn = 0;
    for (let index = 0; index < WALKS; index += 1) {
      const which = { seed: SEED, index, length: STEPS };
      const { start, steps, fault, walk } = await takeDrawn({ deps, staff, tally }, which);
      const plan = { start, steps };
      expect(fault, `npm run walks -- --again '${textOfPlan(plan)}'`).toBeNull();
      if (walk.sessions.some(({ kind }) => kind === 'user')) signedIn += 1;
    }
    // What is refused throughout proves nothing.
    expect(signedIn).toBeGreaterThan(WALKS / 2);
    for (const act of ['signIn', 'verifyCode', 'stepUp', 'beginRecovery', 'finishRecovery'])
      expect(tally.get(`auth.${act}`)?.done, act).toBeGreaterThan(0);
  });
});
