import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { watchPerson } from './other-person.ts';

const ME = [['auth', 'me']];

/** A page's queries, and how often somebody else was heard of. */
function watched() {
  const queries = new QueryClient();
  let heard = 0;
  watchPerson(queries, ME, () => {
    heard += 1;
  });
  const says = (accountId: string | null, key: unknown[] = [...ME, { input: {} }]) =>
    queries.setQueryData(key, { accountId });
  return { queries, says, heard: () => heard };
}

test('somebody else at the same place is heard of once, the same person never', () => {
  const { says, heard } = watched();
  for (const who of ['ada', 'ada', 'ada']) says(who);
  expect(heard()).toBe(0);
  says('bo');
  says('bo');
  expect(heard()).toBe(1);
  says('ada');
  expect(heard()).toBe(2);
});

test('whoever comes after what was kept is forgotten is nobody else, nor is a view that names no account', () => {
  const { queries, says, heard } = watched();
  says('ada');
  queries.clear();
  says('bo');
  says(null);
  says('bo', [['account', 'get']]);
  says('cy', [['account', 'get']]);
  expect(heard()).toBe(0);
});
