import { expect, test } from 'vitest';
import { intl } from '../lib/intl.tsx';
import { againstPlan } from './against-plan.ts';

const counted = {
  table: 'gpuSession',
  title: 'GPU sessions',
  action: 'delete' as const,
  planned: 1,
  done: 1,
};
const log = {
  table: 'auditEvent',
  title: 'Who looked',
  action: 'keep' as const,
  planned: null,
  done: 12,
};

test('a receipt says that its counts are those of the plan, and which the plan did not have', () => {
  const [same, uncounted, ...more] = againstPlan(intl, { tables: [counted, log], differences: [] });
  expect(same).toBe('Where the plan has a count, it is the count below.');
  expect(uncounted).toMatch(/^The plan has no count for what a deletion itself goes on to write/);
  expect(more).toEqual([]);
  expect(againstPlan(intl, { tables: [counted, { ...log, done: 0 }] })).toHaveLength(1);
});

test('a receipt names each count that is another than in the plan, with both', () => {
  const [differs] = againstPlan(intl, {
    tables: [{ ...counted, done: 2 }],
    differences: [{ table: 'gpuSession', title: 'GPU sessions', planned: 1, done: 2 }],
  });
  expect(differs).toMatch(/GPU sessions \(1 in the plan, 2 here\)\.$/);
});
