import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientFiles } from './client-files.ts';

const SCRIPT = 'console.log("a script of the client");\n'.repeat(60);
const MARK = '<svg xmlns="http://www.w3.org/2000/svg"/>';
const dir = mkdtempSync(join(tmpdir(), 'portal-client-'));
const assets = join(dir, 'assets');

let port = 0;
let stop: () => Promise<void>;

beforeAll(async () => {
  mkdirSync(assets);
  for (const name of ['app.js', 'gone.js']) {
    writeFileSync(join(assets, name), SCRIPT);
    writeFileSync(join(assets, `${name}.gz`), gzipSync(SCRIPT));
  }
  writeFileSync(join(dir, 'favicon.svg'), MARK);
  writeFileSync(join(dir, 'index.html'), 'the document');
  const app = express();
  app.use((_req, res, next) => {
    res.setHeader('Cache-Control', 'no-store');
    next();
  });
  app.use(clientFiles(dir));
  app.use((_req, res) => {
    res.status(404).type('text/plain').send('nothing');
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  port = (server.address() as AddressInfo).port;
  stop = () => new Promise((resolve) => server.close(() => resolve()));
});
afterAll(async () => {
  await stop();
  rmSync(dir, { recursive: true, force: true });
});

interface Got {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Asks for a path as it stands, which fetch would tidy up, on a connection of its own. */
function ask(
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, method, headers, agent: false },
      (res) => {
        const parts: Buffer[] = [];
        res.on('data', (part: Buffer) => parts.push(part));
        res.on('end', () =>
          resolve({ status: res.statusCode, headers: res.headers, body: Buffer.concat(parts) }),
        );
      },
    );
    asked.once('error', reject);
    asked.end();
  });
}

const packed = { 'accept-encoding': 'gzip, br' };

test('a file is sent packed to those who read that, plain to others, and kept for a year', async () => {
  const [small, plain] = [
    await ask('/assets/app.js', { headers: packed }),
    await ask('/assets/app.js'),
  ];
  expect(small.headers).toMatchObject({
    'content-encoding': 'gzip',
    'content-type': 'text/javascript; charset=UTF-8',
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'Accept-Encoding',
  });
  expect(gunzipSync(small.body).toString()).toBe(SCRIPT);
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(plain.body.toString()).toBe(SCRIPT);
});

test.each([
  { range: 'bytes=0-9' },
  { range: 'bytes=999999-' },
  { range: 'bytes=0-9', 'if-range': '"a"' },
  { 'if-match': '"another"' },
  { 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' },
  { 'if-none-match': '*' },
])(
  'no condition of a request makes a kept answer that is not the whole file: %o',
  async (headers) => {
    const script = await ask('/assets/app.js', { headers: { ...headers, ...packed } });
    const mark = await ask('/favicon.svg', { headers });
    expect(script.status).toBe(200);
    expect(gunzipSync(script.body).toString()).toBe(SCRIPT);
    expect(mark.status).toBe(200);
    expect(mark.body.toString()).toBe(MARK);
    for (const { headers: sent } of [script, mark])
      expect(sent).toEqual(
        expect.not.objectContaining({
          'accept-ranges': expect.anything(),
          etag: expect.anything(),
        }),
      );
  },
);

test.each([
  '/assets/app.js.gz',
  '/assets/app%2Ejs',
  '/assets/%61pp.js',
  '/assets//app.js',
  '/assets/../index.html',
  '/assets/..%2findex.html',
  '/assets/%',
  '/assets/',
  '/assets/App.js',
  '/assets/app.js/',
  '/favicon.svg/',
  '/FAVICON.svg',
])('only the files that were built are there, by the names they have: not %s', async (path) => {
  const { status, headers } = await ask(path, { headers: packed });
  expect({ status, kept: headers['cache-control'] }).toEqual({ status: 404, kept: 'no-store' });
  expect(headers['content-encoding']).toBeUndefined();
});

test('nobody posts to a file', async () => {
  const { status, headers } = await ask('/assets/app.js', { method: 'POST', headers: packed });
  expect({ status, kept: headers['cache-control'] }).toEqual({ status: 404, kept: 'no-store' });
});

test('a file that was removed beneath the server is refused plainly, and the refusal not kept', async () => {
  for (const name of ['gone.js', 'gone.js.gz']) rmSync(join(assets, name));
  const { status, headers, body } = await ask('/assets/gone.js', { headers: packed });
  expect({ status, kept: headers['cache-control'] }).toEqual({ status: 404, kept: 'no-store' });
  expect(headers['content-encoding']).toBeUndefined();
  expect(body.toString()).toBe('nothing');
  rmSync(join(dir, 'favicon.svg'));
  const mark = await ask('/favicon.svg');
  expect({ status: mark.status, kept: mark.headers['cache-control'] }).toEqual({
    status: 404,
    kept: 'no-store',
  });
});
