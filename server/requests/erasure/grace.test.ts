import { expect, test } from 'vitest';
import { graceDays, latestStart } from './grace.ts';

const DAY_MS = 86_400_000;
const now = new Date('2027-02-13T10:00:00Z');
const dueIn = (days: number) => new Date(now.getTime() + days * DAY_MS);

test('a deletion asked for now has every day of grace that the policy names', () => {
  expect(graceDays({ dueAt: dueIn(28), now, initial: 7 })).toEqual({ min: 0, max: 14, initial: 7 });
});

test('of a clock that runs already no grace is offered that ends outside it, nor one below none', () => {
  for (const [left, max] of [
    [15.9, 13],
    [9, 7],
    [5, 3],
    [2, 0],
    [-3, 0],
  ] as const) {
    const grace = graceDays({ dueAt: dueIn(left), now, initial: 7 });
    expect(grace).toEqual({ min: 0, max, initial: Math.min(7, max) });
    if (left > 2)
      expect(now.getTime() + grace.max * DAY_MS).toBeLessThanOrEqual(
        latestStart(dueIn(left)).getTime(),
      );
  }
});
