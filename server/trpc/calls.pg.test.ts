import { expect } from 'vitest';
import { type Connection, connect } from '../../db/connect.ts';
import { testDeps } from '../testing/deps.ts';
import { fromOurPage, listening } from '../testing/listening.ts';
import { test } from '../testing/pg.ts';

const ME = '/trpc/auth.me';
const KIB = 1_024;
const MOST_CALLS = 8;
const MOST_BYTES = 64 * KIB;

/** A portal that listens, and what its own page posts to it. */
async function portal(connection: Connection) {
  const deps = testDeps(connection);
  const ask = await listening(deps);
  const post = (path: string, body = '{}', more: Record<string, string> = {}) =>
    ask(path, {
      method: 'POST',
      headers: { ...fromOurPage(deps.env.PUBLIC_URL), ...more },
      body,
    });
  return { ask, post };
}

test('a batch has eight calls at most, however their names are written: nine, a thousand, or commas alone are refused and run nothing', async ({
  connection,
}) => {
  const { post } = await portal(connection);
  const body = JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, at) => [at, {}])));
  const batch = (paths: string) => post(`/trpc/${paths}?batch=1`, body);
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
  const { post } = await portal(connection);
  const bodyOf = (bytes: number) => {
    const around = JSON.stringify({ email: '', password: 'x' }).length;
    return JSON.stringify({ email: 'a'.repeat(bytes - around), password: 'x' });
  };
  const send = (bytes: number, more: Record<string, string> = {}) =>
    post('/trpc/auth.signIn', bodyOf(bytes), more);
  // Read, and refused for what it says.
  expect((await send(MOST_BYTES)).status).toBe(400);
  expect((await send(MOST_BYTES + 1)).status).toBe(413);
  expect((await send(MOST_BYTES + 1, { 'transfer-encoding': 'chunked' })).status).toBe(413);
  expect((await send(16 * MOST_BYTES)).status).toBe(413);
});

test('a form is refused as what it is, and nothing of it becomes an input', async ({
  connection,
}) => {
  const { post } = await portal(connection);
  const forms = {
    'multipart/form-data; boundary=x':
      '--x\r\ncontent-disposition: form-data; name="__proto__.admin"\r\n\r\n1\r\n--x--\r\n',
    'application/x-www-form-urlencoded': '__proto__[admin]=1&constructor[prototype][admin]=1',
    'text/plain': '{"__proto__":{"admin":true}}',
    'application/octet-stream': '\u0000',
  };
  for (const [type, body] of Object.entries(forms))
    for (const door of ['/trpc/auth.signIn', '/console/trpc/desk.signIn']) {
      const { status } = await post(door, body, { 'content-type': type });
      expect([door, type, status]).toEqual([door, type, 415]);
    }
  expect('admin' in {}).toBe(false);
});

test('parameters of a connection are nobody’s: odd ones are refused, and the portal answers on', async ({
  connection,
}) => {
  const { post } = await portal(connection);
  const me = (query: string) => post(`${ME}${query}`);
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
  for (const query of [
    '?connectionParams',
    '?a=1&connectionParams=2',
    '?%63onnectionParams=1',
    '??&connectionParams=1',
  ])
    expect([query, (await me(query)).status]).toEqual([query, 400]);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect((await me('')).status).toBe(401);
});

test('headers and addresses that nobody should send are refused or looked over, and end neither the call nor the portal', async ({
  connection,
}) => {
  const { ask, post } = await portal(connection);
  const odd = [
    '',
    '%',
    '%E0%A4%A',
    'sid=%',
    'sid=%E0%A4%A; sid=%FF',
    `sid=${'a'.repeat(8 * KIB)}`,
    'sid=\u00ff\u00fe',
    '=;;;=;sid',
    '__proto__=1; constructor=2',
    `${'a=b; '.repeat(1_000)}sid=x`,
    'Bearer',
    'Bearer  ',
    'Basic %%%',
    'Bearer a b c',
  ];
  for (const value of odd)
    for (const name of ['cookie', 'authorization', 'x-account', 'user-agent', 'sec-gpc', 'accept'])
      for (const at of [ME, '/console/trpc/desk.me']) {
        const { status } = await post(at, '{}', { [name]: value });
        expect([name, value.slice(0, 30), status]).toEqual([name, value.slice(0, 30), 401]);
      }
  for (const path of [
    '/%',
    '/%E0%A4%A',
    '/trpc/%E0%A4%A',
    '/console/%',
    '/download/csv/%',
    '/\\..%2f',
  ])
    expect([path, (await ask(path)).status]).toEqual([path, expect.toSatisfy(isNoFailure)]);
  expect((await ask('/livez')).status).toBe(200);
});

test('another spelling of a path leads nowhere, or to the same question of who is there, at either door', async ({
  connection,
}) => {
  const { ask, post } = await portal(connection);
  for (const door of ['/trpc', '/console/trpc'])
    for (const path of [
      door.toUpperCase(),
      door.replace('trpc', 'Trpc'),
      door.replace('trpc', '%74rpc'),
      `/${door}`,
      door.replace('trpc', '/trpc'),
      `${door}/`,
      `/.${door}`,
    ]) {
      const at = `${path}/auth.me`;
      const { status, body } = await post(at);
      // What is no procedure is a page, which has nothing of anybody.
      const page = body === 'the document';
      expect([at, page || [400, 401, 404, 405].includes(status)]).toEqual([at, true]);
      expect([at, body.includes('"result"')]).toEqual([at, false]);
      // The same gate stands before it, wherever it leads to procedures.
      if (status === 401)
        expect([at, (await ask(at, { method: 'POST', body: '{}' })).status]).toEqual([at, 403]);
      if (/TRPC|Trpc/.test(path)) expect([at, page || status === 404]).toEqual([at, true]);
    }
});

test('a procedure that fails in the database tells its caller nothing of it: no SQL, no name of a table, no value, no stack', async ({
  connection,
}) => {
  // A database that has none of our tables.
  const bare = connect(new URL('/postgres', connection.url).href, { max: 2 });
  try {
    const { post } = await portal(bare);
    const canary = 'canary-3f9a@example.test';
    const input = JSON.stringify({ email: canary, password: `${canary} 19` });
    const { status, body } = await post('/trpc/auth.signIn', input);
    expect(status).toBe(500);
    expect(body).toContain('"UNAVAILABLE"');
    expect(body).not.toMatch(/select|insert|relation|does not exist|42P01|node_modules|\.ts|\$1/i);
    expect(body).not.toContain('canary');
    expect(body).not.toMatch(/stack|cause|query/i);
  } finally {
    await bare.close();
  }
});

/** Refused, or taken for the address of a page. */
const isNoFailure = (status: number) => status < 500;
