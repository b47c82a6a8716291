import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { auditEvent } from '../../db/schema/audit.ts';
import { later, MINUTE, start } from '../auth/testing.ts';
import { codeAt } from '../auth/totp.ts';
import { testDeps } from '../testing/deps.ts';
import { listening } from '../testing/listening.ts';
import { callerFor, insertCustomer, type Jar, signedInAs } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { work } from './copy/testing.ts';

const DAY = 24 * 60 * MINUTE;

test('the address of a copy gives it to its person alone, with a factor of the last five minutes, until it expires: to nobody else, and to nobody after sign-out', async ({
  connection,
}) => {
  let now = start;
  const deps = { ...testDeps(connection), clock: () => now };
  const ask = await listening(deps);
  const [ada, eve] = [await insertCustomer(deps), await insertCustomer(deps, { name: 'Eve' })];
  const jars = {
    ada: await signedInAs(deps, ada, { now }),
    eve: await signedInAs(deps, eve, { now }),
  };
  const { reference } = await callerFor(deps, jars.ada, { now }).requests.askCopy({
    sections: ['account'],
  });
  await work(deps);
  const get = async (jar: Jar | null, headers: Record<string, string> = {}) => {
    const cookie = jar ? { cookie: `sid=${jar.tokens.user}` } : {};
    const answer = await ask(`/download/copy/${reference}`, { headers: { ...cookie, ...headers } });
    return [answer.status, answer.headers.location ?? answer.headers['content-type']];
  };
  const zip = [200, 'application/zip'];
  const askFirst = [303, `/requests/${reference}`];
  const signIn = [303, '/sign-in'];
  const counted = () =>
    connection.db.$count(auditEvent, eq(auditEvent.action, 'request.copy_downloaded'));

  expect(await get(null)).toEqual(signIn);
  expect(await get(jars.eve)).toEqual(askFirst);
  expect(await get(jars.ada, { 'sec-fetch-site': 'cross-site' })).toEqual([
    403,
    'text/plain; charset=utf-8',
  ]);
  expect(await counted()).toBe(0);
  const given = await ask(`/download/copy/${reference}`, {
    headers: { cookie: `sid=${jars.ada.tokens.user}`, 'sec-fetch-site': 'same-origin' },
  });
  expect(given.status).toBe(200);
  expect(given.headers).toMatchObject({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-disposition': `attachment; filename="easellm-copy-${reference}.zip"`,
  });
  expect(given.headers['content-security-policy']).toContain("default-src 'none'");
  expect(await counted()).toBe(1);

  // Past the five minutes the page asks for a code, and then it is given again.
  now = later(6 * MINUTE);
  expect(await get(jars.ada)).toEqual(askFirst);
  await callerFor(deps, jars.ada, { now }).auth.stepUp({ code: codeAt(ada.totpSecret, now) });
  expect(await get(jars.ada)).toEqual(zip);
  const left: Jar = { tokens: { ...jars.ada.tokens }, set: [] };
  await callerFor(deps, jars.ada, { now }).auth.signOut({});
  expect(await get(left)).toEqual(signIn);

  // It was ready by the clock of the database, some time after `start`.
  now = later(7 * DAY + 60 * MINUTE);
  const back = await signedInAs(deps, ada, { now });
  expect(await get(back)).toEqual(askFirst);
  expect(await counted()).toBe(2);
});
