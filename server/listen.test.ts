import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { draining } from './health.ts';
import { endServers, listen } from './listen.ts';

afterEach(() => {
  draining.now = false;
});

/** Longer than any test: nothing here closes because it was unused, or because it was late. */
const NEVER_MS = 3_600_000;

async function serve(app: RequestListener): Promise<Server> {
  const server = await listen(app, { host: '127.0.0.1', port: 0, keepAliveSeconds: 3_600 });
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
