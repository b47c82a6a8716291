import { expect } from 'vitest';
import { connect } from '../../../db/connect.ts';
import { testDeps } from '../../testing/deps.ts';
import { callerFor, insertCustomer, signedInAs } from '../../testing/people.ts';
import { test } from '../../testing/pg.ts';

test('what a deletion would do is shown with one connection: people who look at once do not wait for each other’s second', async ({
  connection,
  databaseUrl,
}) => {
  const deps = testDeps(connection);
  const ada = await insertCustomer(deps);
  const jar = await signedInAs(deps, ada);
  const one = connect(databaseUrl, { max: 1 });
  // Whoever waits for a second one is told so by the driver's end of the pool, and not by the test's.
  const late = setTimeout(() => void one.sql.end({ timeout: 0 }), 10_000);
  try {
    const call = callerFor({ ...deps, connection: one }, jar);
    const looks = Array.from({ length: 4 }, () => call.requests.previewErasure({}));
    const hashes = (await Promise.all(looks)).map(({ planHash }) => planHash);
    expect(new Set(hashes).size).toBe(1);
  } finally {
    clearTimeout(late);
    await one.sql.end({ timeout: 0 });
  }
});
