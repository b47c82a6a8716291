import { expect, test } from 'vitest';
import { type Entry, ownLooksTogether } from './entries.ts';

let next = 0;
function entry(differs: Partial<Entry> = {}): Entry {
  next += 1;
  return {
    id: `entry-${next}`,
    occurredAt: '2026-11-24T22:32:10.000Z',
    actorKind: 'subject',
    actor: 'You',
    action: 'data.viewed',
    purpose: 'To carry out and prove your privacy choices and requests',
    outcome: 'done',
    sections: ['Account'],
    reference: null,
    details: null,
    dispute: null,
    facts: null,
    ...differs,
  };
}

test('what a person looked at in one minute is one entry that names all of it, each once', () => {
  const lines = ownLooksTogether([
    entry({ sections: ['Billing'] }),
    entry({ sections: ['Account'] }),
    entry({ sections: ['Billing'] }),
  ]);
  expect(lines.map(({ sections }) => sections)).toEqual([['Billing', 'Account']]);
});

test.each([
  ['of staff', { actorKind: 'staff' }],
  ['of a service', { actorKind: 'service' }],
  ['of another minute', { occurredAt: '2026-11-24T22:31:59.000Z' }],
  ['of another act', { action: 'data.exported_table' }],
  ['that was refused', { outcome: 'refused' }],
] as const)('an entry %s is never put together with a person’s own look', (_which, differs) => {
  const other = entry(differs);
  expect(ownLooksTogether([entry(), other, entry()])).toHaveLength(3);
  expect(ownLooksTogether([other, entry(differs)])).toHaveLength('occurredAt' in differs ? 1 : 2);
});

test('every chapter that was looked at is named in the lines, whatever is put together', () => {
  const entries = ['Account', 'Billing', 'Support', 'GPU usage'].map((title, index) =>
    entry({ sections: [title], occurredAt: `2026-11-24T22:3${index % 2}:00.000Z` }),
  );
  expect(new Set(ownLooksTogether(entries).flatMap(({ sections }) => sections)).size).toBe(4);
});
