import { expect, test } from 'vitest';
import { processingRegister } from './processing.ts';
import { inThirdPerson } from './third-person.ts';

test('what the map says to a person is said of them, whoever does it to whom', () => {
  expect(
    [
      'What you and our support wrote to each other.',
      'To tell you what you need to know about your account',
      'Your choices, one by one',
      'To know that it is you',
      'That a choice, a correction or a deletion of yours concerns our other systems.',
      'By what you are found there',
      'Young and youthful',
    ].map(inThirdPerson),
  ).toEqual([
    'What they and our support wrote to each other.',
    'To tell them what they need to know about their account',
    'Their choices, one by one',
    'To know that it is them',
    'That a choice, a correction or a deletion of theirs concerns our other systems.',
    'By what they are found there',
    'Young and youthful',
  ]);
});

test('the register of processing speaks to nobody', () => {
  const entries = processingRegister();
  expect(entries.length).toBeGreaterThan(20);
  expect(JSON.stringify(entries)).not.toMatch(/\byou(r|rs)?\b/i);
});
