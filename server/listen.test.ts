import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { draining } from './health.ts';
import { CHECK_MS, endServers, listen, type Patience } from './listen.ts';

afterEach(() => {
  draining.now = false;
});

/** Longer than any test: nothing here closes because it was unused, or because it was late. */
const NEVER_MS = 3_600_000;

async function serve(app: RequestListener, patience?: Patience): Promise<Server> {
  const where = { host: '127.0.0.1', port: 0, keepAliveSeconds: 3_600 };
  const server = await listen(app, { ...where, ...(patience ? { patience } : {}) });
  onTestFinished(() => server.closeAllConnections());
  return server;
}

/** A browser's or a proxy's connection, which it would keep. */
async function open(server: Server) {
  const socket: Socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let read = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    read += text;
  });
  const ended = once(socket, 'close');
  await once(socket, 'connect');
  return {
    ask: (path: string) => socket.write(`GET ${path} HTTP/1.1\r\nHost: portal\r\n\r\n`),
    ended,
    said: () => read,
    until: async (text: string) => {
      while (!read.includes(text)) await once(socket, 'data');
    },
  };
}

test('a server that ends finishes what is under way, and keeps no connection after it', async () => {
  const server = await serve((req, res) => {
    if (req.url === '/slow') res.write('first half, ');
    else res.end(`answer to ${req.url}`);
  });
  const [busy, unused] = [await open(server), await open(server)];
  unused.ask('/quick');
  await unused.until('answer to /quick');
  busy.ask('/slow');
  const [, answer] = await once(server, 'request');

  const ending = endServers([server], { lateMs: NEVER_MS });
  await unused.ended;
  expect(busy.said()).toContain('first half, ');
  answer.end('second half');
  await busy.ended;
  await ending;
  expect(busy.said()).toContain('second half');
});

test('who connected and asked nothing does not keep a server that ends', async () => {
  const server = await serve((_req, res) => {
    res.end();
  });
  const silent = await open(server);
  await endServers([server], { lateMs: NEVER_MS });
  await silent.ended;
  expect(silent.said()).toBe('');
});

test('what comes on an open connection of a server that ends is answered, and the answer says that it is the last', async () => {
  const server = await serve((req, res) => {
    if (req.url !== '/first') res.end(`answer to ${req.url}`);
  });
  const one = await open(server);
  one.ask('/first');
  const [, first] = await once(server, 'request');
  const ending = endServers([server], { lateMs: NEVER_MS });
  one.ask('/second');
  await once(server, 'request');
  first.end('answer to /first');
  await ending;
  await one.ended;
  const [, second] = one.said().split('answer to /first');
  expect(second).toMatch(/connection: close/i);
  expect(second).toContain('answer to /second');
});

test('what never ends does not keep a server', async () => {
  const server = await serve((_req, res) => {
    res.write('and so on');
  });
  const endless = await open(server);
  endless.ask('/stream');
  await endless.until('and so on');
  await endServers([server], { lateMs: 50 });
  await endless.ended;
  expect(server.listening).toBe(false);
});

describe('a connection that is slow on purpose', () => {
  /** Raw bytes on a connection, and what came back before it was closed. */
  async function slow(server: Server, first: string) {
    const socket: Socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let read = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      read += text;
    });
    socket.on('error', () => {});
    const ended = once(socket, 'close');
    await once(socket, 'connect');
    socket.write(first);
    return { ended, said: () => read };
  }
  const patience = { headersMs: 150, requestMs: 300, checkMs: 25 };

  test('never ends its headers and is told so and closed, 20 at once, while others are answered', async () => {
    // What the whole request may take comes much later: it is not what ends these.
    const forHeaders = { ...patience, requestMs: 20_000 };
    const asked: string[] = [];
    const server = await serve((req, res) => {
      asked.push(req.url ?? '');
      res.end('at once');
    }, forHeaders);
    const began = performance.now();
    const dripping = await Promise.all(
      Array.from({ length: 20 }, () =>
        slow(server, 'GET /never HTTP/1.1\r\nHost: portal\r\nX-A: '),
      ),
    );
    const quick = await open(server);
    quick.ask('/healthy');
    await quick.until('at once');
    await Promise.all(dripping.map(({ ended }) => ended));
    expect(performance.now() - began).toBeLessThan(forHeaders.requestMs);
    for (const { said } of dripping) expect(said()).toMatch(/^HTTP\/1\.1 408 /);
    expect(asked).toEqual(['/healthy']);
  });

  test('never ends its body and is closed, whatever it was promised', async () => {
    let gone: Promise<void> | undefined;
    const server = await serve((req) => {
      gone = new Promise((done) => req.once('close', done));
      req.on('error', () => {}).resume();
    }, patience);
    const dripping = await slow(
      server,
      'POST /slow HTTP/1.1\r\nHost: portal\r\nContent-Length: 1000\r\n\r\n{',
    );
    await dripping.ended;
    await gone;
  });

  test('is waited for ten seconds for its headers and thirty for all of it, looked after every five', async () => {
    const server = await serve((_req, res) => void res.end());
    const { headersTimeout, requestTimeout, maxHeadersCount } = server;
    expect([headersTimeout, requestTimeout, maxHeadersCount]).toEqual([10_000, 30_000, 100]);
    expect(CHECK_MS).toBe(5_000);
  });
});

test('headers of more than 16 KiB are refused before anything reads them, and of many small ones a hundred are seen', async () => {
  let seen = 0;
  const server = await serve((req, res) => {
    seen = Object.keys(req.headers).length;
    res.end('read');
  });
  const call = async (headers: string) => {
    const socket: Socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let read = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      read += text;
    });
    socket.on('error', () => {});
    socket.write(`GET / HTTP/1.1\r\nHost: portal\r\nConnection: close\r\n${headers}\r\n`);
    await once(socket, 'close');
    return read.split('\r\n')[0];
  };
  expect(await call(`X-Large: ${'x'.repeat(17_000)}\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  expect(seen).toBe(0);
  const many = Array.from({ length: 900 }, (_, index) => `X-${index}: 1\r\n`).join('');
  expect(await call(many)).toMatch(/^HTTP\/1\.1 200 /);
  expect(seen).toBeLessThanOrEqual(100);
});
