import { describe, expect } from 'vitest';
import { testDeps } from '../testing/deps.ts';
import { insertStaff } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { takeDrawn } from '../testing/walks/walk.ts';

describe('walk', () => {
  test('x', async ({ connection }) => {
    const deps = testDeps(connection);
    const staff = [await insertStaff(deps), await insertStaff(deps)] as const;
    const tally = new Map();
    const t = performance.now();
    const WALKS = Number(process.env.WALKS ?? 30);
    for (let index = 0; index < WALKS; index += 1) {
      const { fault, told } = await takeDrawn(
        { deps, staff, tally },
        { seed: 1, index, length: 60 },
      );
      if (fault) {
        console.log(index, told.join('\n'));
      }
      expect(fault).toBeNull();
    }
    console.log(tally, (performance.now() - t) / WALKS);
  });
});
