import { expect, test } from 'vitest';
import { serviceFacts } from './service-facts.ts';

const facts = (details: object) => serviceFacts(JSON.stringify(details));

test('fields that a service saw are named as on the pages of the data', () => {
  expect(
    facts({ procedure: 'account.lookup', fields: ['account.email', 'billingProfile.city'] })
      ?.fields,
  ).toEqual(['E-mail address', 'City']);
});

test('a field that the map no longer has is named as it was written, and ends nothing', () => {
  expect(facts({ procedure: 'account.lookup', fields: ['account.shoeSize', 'x'] })?.fields).toEqual(
    ['account.shoeSize', 'x'],
  );
});

test('a question, a report and a change are told apart', () => {
  const asked = { topic: 'events', channel: 'email', allowed: false };
  expect(facts({ procedure: 'consent.mayContact', ...asked, reason: 'x' })).toMatchObject({
    asked,
    rows: null,
    told: [],
  });
  expect(facts({ procedure: 'usage.report', taken: 2, known: 1, refused: 0 })).toMatchObject({
    asked: null,
    rows: { taken: 2, known: 1, refused: 0 },
  });
  expect(
    facts({
      procedure: 'events.since',
      told: ['account.corrected email phone', 'consent.changed events/email', 'deletion.begun'],
    })?.told,
  ).toEqual([
    { kind: 'account.corrected', codes: ['E-mail address', 'Phone number'] },
    { kind: 'consent.changed', codes: ['events/email'] },
    { kind: 'deletion.begun', codes: [] },
  ]);
});

test('an event without details, or with those of something else, has none', () => {
  expect(serviceFacts(null)).toBeNull();
  expect(facts({ loaded: 3 })).toBeNull();
});
