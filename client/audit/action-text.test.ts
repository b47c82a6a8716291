import { expect, test } from 'vitest';
import { auditActions } from '../../server/audit/actions.ts';
import { intl } from '../lib/intl.tsx';
import { actionWords } from './action-text.ts';

const details = null;

test.each(auditActions.map((action) => [action] as const))(
  '%s reads as not done where it was refused',
  (action) => {
    const done = actionWords(intl, { action, details });
    const refused = actionWords(intl, { action, details, outcome: 'refused' });
    expect(`${done} ${refused}`).not.toContain(action);
    expect(refused).toMatch(/refused|was not right|was stopped|did not take/i);
  },
);

test('a view that was refused is said as a try', () => {
  expect(actionWords(intl, { action: 'staff.viewed', details, outcome: 'refused' })).toBe(
    'Tried to view the account: refused',
  );
  expect(actionWords(intl, { action: 'staff.viewed', details, outcome: 'done' })).toBe(
    'Viewed the account',
  );
});
