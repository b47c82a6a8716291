import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect } from 'vitest';
import type { Connection } from '../db/connect.ts';
import { createApp } from './app.ts';
import { parseEnv } from './env.ts';
import { testDeps } from './testing/deps.ts';
import { test } from './testing/pg.ts';

const PORTAL = 'privacy.example.com';
const CONSOLE = 'staff.example.com';
const DIR = '/nowhere';
const open: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(open.splice(0).map((close) => close())));

/** A portal that listens; what it answers to a path at a host, as `status` and where it sends one. */
async function listening(
  connection: Connection,
  consoleUrl: string | undefined,
  publicUrl: string | undefined = `https://${PORTAL}`,
) {
  const env = parseEnv({
    DATA_DIR: DIR,
    PUBLIC_URL: publicUrl,
    CONSOLE_URL: consoleUrl,
    LOG_LEVEL: 'silent',
    TRUST_PROXY: '1',
  });
  const app = createApp(testDeps(connection, { env }), (_req, res) => {
    res.type('text/plain').send('the document');
  });
  const server = createServer(app);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.push(() => new Promise((done) => server.close(() => done())));
  const { port } = server.address() as AddressInfo;
  return (host: string, path: string, method = 'GET', more: Record<string, string> = {}) =>
    new Promise<string>((resolve, reject) => {
      const origin = `https://${host}`;
      const headers = { host, origin, 'content-type': 'application/json', ...more };
      const call = request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
        answer.resume();
        answer.once('end', () =>
          resolve([answer.statusCode, answer.headers.location].filter(Boolean).join(' ')),
        );
      });
      call.once('error', reject);
      call.end(method === 'POST' ? '{}' : undefined);
    });
}

describe('a console with a host of its own', () => {
  test('is not at the portal, neither its pages nor its procedures', async ({ connection }) => {
    const ask = await listening(connection, `https://${CONSOLE}/console`);
    expect(await ask(PORTAL, '/')).toBe('200');
    expect(await ask(PORTAL, '/consoles')).toBe('200');
    expect(await ask(PORTAL, '/trpc/auth.me', 'POST')).toBe('401');
    for (const path of ['/console', '/console/', '/console/sign-in', '/console/view/data'])
      expect(await ask(PORTAL, path), path).toBe('404');
    expect(await ask(PORTAL, '/console/trpc/desk.me', 'POST')).toBe('404');
  });

  test('has nothing of the portal, neither pages nor procedures nor forms nor files', async ({
    connection,
  }) => {
    const ask = await listening(connection, `https://${CONSOLE}/console`);
    for (const path of ['/console', '/console/sign-in', '/console/view/data', '/assets/a.js'])
      expect(await ask(CONSOLE, path), path).toBe('200');
    expect(await ask(CONSOLE, '/console/trpc/desk.me', 'POST')).toBe('401');
    expect(await ask(CONSOLE, '/')).toBe('302 /console');
    for (const path of ['/sign-in', '/data', '/cookies/form', '/download/csv/invoice', '/outbox'])
      expect(await ask(CONSOLE, path), path).toBe('404');
    expect(await ask(CONSOLE, '/trpc/auth.me', 'POST')).toBe('404');
  });
});

test('a host that somebody only claims opens no other door', async ({ connection }) => {
  const ask = await listening(connection, `https://${CONSOLE}/console`);
  const claim = { 'x-forwarded-host': CONSOLE, forwarded: `host=${CONSOLE}` };
  expect(await ask(PORTAL, '/console/sign-in', 'GET', claim)).toBe('404');
  expect(await ask(PORTAL, '/console/trpc/desk.me', 'POST', claim)).toBe('404');
  expect(await ask(PORTAL, '/sign-in', 'GET', claim)).toBe('200');
});

test('a console below the portal is served with it', async ({ connection }) => {
  const ask = await listening(connection, `https://${PORTAL}/console`);
  expect(await ask(PORTAL, '/data')).toBe('200');
  expect(await ask(PORTAL, '/console/sign-in')).toBe('200');
  expect(await ask(PORTAL, '/console/trpc/desk.me', 'POST')).toBe('401');
});

test('who types the number of this machine comes to its name, with the page; calls, and other names, stay where they are', async ({
  connection,
}) => {
  const ask = await listening(connection, undefined, '');
  const asPage = { 'sec-fetch-dest': 'document' };
  const number = '127.0.0.1:3000';
  expect(await ask(number, '/security?then=1', 'GET', asPage)).toBe(
    '307 http://localhost:3000/security?then=1',
  );
  expect(await ask(number, '/security')).toBe('307 http://localhost:3000/security');
  expect(await ask(number, '/security', 'GET', { 'sec-fetch-dest': 'empty' })).toBe('421');
  expect(await ask('localhost:3000', '/security', 'GET', asPage)).toBe('200');
  expect(await ask('evil.example:3000', '/security', 'GET', asPage)).toBe('421');
  const named = await listening(connection, undefined);
  expect(await named(number, '/', 'GET', asPage)).toBe('421');
});
