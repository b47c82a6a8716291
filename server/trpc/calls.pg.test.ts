import { expect } from 'vitest';
import { testDeps } from '../testing/deps.ts';
import { fromOurPage, listening } from '../testing/listening.ts';
import { test } from '../testing/pg.ts';

const ME = '/trpc/auth.me';
const KIB = 1_024;
const MOST_CALLS = 8;
const MOST_BYTES = 64 * KIB;

test('a batch has eight calls at most, however their names are written: nine, a thousand, or commas alone are refused and run nothing', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const ask = await listening(deps);
  const body = JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, at) => [at, {}])));
  const batch = (paths: string) =>
    ask(`/trpc/${paths}?batch=1`, {
      method: 'POST',
      headers: fromOurPage(deps.env.PUBLIC_URL),
      body,
    });
  const calls = (count: number, path = 'auth.me') => Array.from({ length: count }, () => path);
  const most = await batch(calls(MOST_CALLS).join(','));
  expect(JSON.parse(most.body)).toHaveLength(MOST_CALLS);
  expect(most.body.split('"SIGNED_OUT"').length - 1).toBeGreaterThanOrEqual(MOST_CALLS);
  for (const paths of [
    calls(MOST_CALLS + 1).join(','),
    calls(500).join(','),
    ','.repeat(MOST_CALLS),
    ','.repeat(1_000),
    `auth.me${','.repeat(1_000)}`,
    `${','.repeat(1_000)}auth.me`,
    calls(MOST_CALLS + 1).join('%2C'),
    calls(MOST_CALLS + 1, '').join(','),
  ]) {
    const { status, body } = await batch(paths);
    expect([paths.slice(0, 40), status]).toEqual([paths.slice(0, 40), 400]);
    expect(body).not.toContain('SIGNED_OUT');
  }
});

test('a body has 64 KiB at most, counted as it comes whatever it says of itself', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const ask = await listening(deps);
  const headers = fromOurPage(deps.env.PUBLIC_URL);
  const bodyOf = (bytes: number) => {
    const around = JSON.stringify({ email: '', password: 'x' }).length;
    return JSON.stringify({ email: 'a'.repeat(bytes - around), password: 'x' });
  };
  const post = (bytes: number, more: Record<string, string> = {}) =>
    ask('/trpc/auth.signIn', {
      method: 'POST',
      headers: { ...headers, ...more },
      body: bodyOf(bytes),
    });
  // Read, and refused for what it says.
  expect((await post(MOST_BYTES)).status).toBe(400);
  expect((await post(MOST_BYTES + 1)).status).toBe(413);
  expect((await post(MOST_BYTES + 1, { 'transfer-encoding': 'chunked' })).status).toBe(413);
  expect((await post(16 * MOST_BYTES)).status).toBe(413);
});

test('parameters of a connection are nobody’s: odd ones are refused, and the portal answers on', async ({
  connection,
}) => {
  const deps = testDeps(connection);
  const ask = await listening(deps);
  const me = (query: string) =>
    ask(`${ME}${query}`, {
      method: 'POST',
      headers: fromOurPage(deps.env.PUBLIC_URL),
      body: '{}',
    });
  expect((await me('')).status).toBe(401);
  for (const odd of [
    '',
    'null',
    '{}',
    '{"token":"x"}',
    '"text"',
    '[1]',
    '{"__proto__":{"admin":true}}',
    '{',
    '%00',
    `{"a":"${'b'.repeat(4 * KIB)}"}`,
  ]) {
    const { status } = await me(`?connectionParams=${encodeURIComponent(odd)}`);
    expect([odd.slice(0, 30), status]).toEqual([odd.slice(0, 30), 400]);
  }
  expect((await me('?connectionParams=1&connectionParams=2')).status).toBe(400);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect((await me('')).status).toBe(401);
});
