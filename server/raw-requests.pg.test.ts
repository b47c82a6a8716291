import { once } from 'node:events';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect } from 'vitest';
import { testDeps } from './testing/deps.ts';
import { listening } from './testing/listening.ts';
import { test } from './testing/pg.ts';

const REQUESTS = 1_000;
const AT_ONCE = 5;
/** Of a hundred so many must come as far as the portal's own code, or the server alone was tried. */
const ARRIVED = 0.3;
/** The same inputs each time: whether a change is taken must not hang on chance. */
const SEED = 20_261_130;
/** Nobody waits longer for an answer to a connection that is ended. */
const MOST_MS = 5_000;

const any = (maxLength: number) => fc.string({ unit: 'binary', maxLength });
const bytes = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((given) => Buffer.from(given).toString('latin1'));
const often = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });

const method = fc.oneof(
  often(24, fc.constantFrom('GET', 'POST', 'HEAD')),
  often(3, fc.constantFrom('OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT', 'QUERY')),
  often(1, fc.constantFrom('get', 'GET\t', 'PRI', '', 'M-SEARCH')),
  often(1, bytes(12)),
);
const paths = [
  ...[
    '/',
    '/trpc/auth.me',
    '/trpc/auth.signIn',
    '/trpc/auth.me,auth.me?batch=1',
    '/trpc/',
    '/trpc',
  ],
  ...['/console', '/console/trpc/desk.me', '/policy', '/cookies', '/livez', '/readyz', '/metrics'],
  ...[
    '/download/csv/gpuSession',
    '/download/copy/DSR-2026-0001',
    '/outbox',
    '/sign-in',
    '/assets/x.js',
  ],
];
const bend = fc.constantFrom(
  ...[
    '%',
    '%00',
    '%2e%2e/',
    '..%5c',
    '%E0%A4%A',
    '%ff',
    '//',
    '/./',
    '/../',
    '\\',
    ';',
    '?',
    '?&=&=',
  ],
  ...[
    '?batch=1&input=%7B',
    '?input=%00',
    '?input={"__proto__":1}',
    '?connectionParams=1',
    '#x',
    '*',
  ],
  ...['\u00ff', '<script>', "'--", '$(x)', '\t', ',,,,', '?batch=1', '%2C%2C', '?__proto__[x]=1'],
);
const calls = paths.filter((path) => path.includes('/trpc/'));
const target = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom(...calls), bend).map(([path, sign]) => path + sign),
  },
  often(5, fc.constantFrom(...paths)),
  often(
    6,
    fc
      .tuple(fc.constantFrom(...paths), bend, fc.nat(30))
      .map(([path, sign, at]) => path.slice(0, at) + sign + path.slice(at)),
  ),
  often(
    1,
    fc.constantFrom(
      '*',
      'http://localhost:3000/',
      'http://elsewhere.example/trpc/auth.me',
      'localhost:443',
      '',
    ),
  ),
  often(
    1,
    fc.nat(20_000).map((length) => `/${'a'.repeat(length)}`),
  ),
  often(1, bytes(60)),
);
const names = [
  ...['Cookie', 'Authorization', 'Origin', 'Sec-Fetch-Site', 'Content-Type', 'Content-Encoding'],
  ...['Content-Length', 'Transfer-Encoding', 'X-Forwarded-For', 'X-Forwarded-Host', 'Forwarded'],
  ...['X-Account', 'X-Watching', 'User-Agent', 'Sec-GPC', 'Accept', 'Accept-Encoding', 'Range'],
  ...[
    'If-None-Match',
    'If-Modified-Since',
    'Expect',
    'Upgrade',
    'Connection',
    'TE',
    'Trailer',
    'Host',
  ],
  ...['X-HTTP-Method-Override', 'X-Request-Id', 'Last-Event-ID', 'trpc-accept', '__proto__'],
];
const value = fc.oneof(
  often(
    4,
    fc.constantFrom('http://localhost:3000', 'same-origin', 'application/json', 'gzip, br', '1'),
  ),
  often(
    3,
    fc.constantFrom(
      '',
      ',',
      ';',
      '=;;=',
      '%',
      'null',
      '-1',
      '99999999999999999999',
      'chunked',
      'chunked, identity',
      '100-continue',
      'websocket',
      'h2c',
      'close',
      'keep-alive, Upgrade',
    ),
  ),
  often(
    3,
    fc.constantFrom(
      'sid=%; pre=\u00ff',
      `sid=${'a'.repeat(43)}`,
      `sid=${'a'.repeat(43)}; sid=${'b'.repeat(43)}`,
      '__proto__=1; device=\u00fe',
      `theme=${'x'.repeat(3_000)}`,
    ),
  ),
  often(
    2,
    fc.constantFrom(
      'Bearer',
      'Bearer x',
      'Basic %%',
      'for=_x;host="y\u00ff',
      'bytes=0-,-1,5-',
      'a'.repeat(17_000),
    ),
  ),
  often(2, bytes(80)),
);
const header = fc
  .tuple(fc.oneof(often(60, fc.constantFrom(...names)), often(1, bytes(10))), value)
  .map(([name, is]) => `${name}: ${is}`);
const host = fc.oneof(
  often(24, fc.constant(['Host: localhost:3000'])),
  often(
    1,
    fc.constantFrom(
      [],
      ['Host:'],
      ['Host: elsewhere.example'],
      ['Host: localhost:3000', 'Host: x'],
    ),
  ),
);
const body = fc.oneof(
  often(4, fc.constantFrom('', '{}', '[]', '{"email":"a@b.example","password":"x"}', '{"0":{}}')),
  often(
    2,
    fc.constantFrom(
      '{',
      '"',
      '{"__proto__":{"x":1}}',
      '[[[[',
      '\u0000',
      '1e999',
      '5\r\nhello\r\n0\r\n\r\n',
      'zz\r\n',
    ),
  ),
  often(1, any(200)),
);
/** Lines as HTTP has them, more often than not; and how much of it all is sent. */
const request = fc.record({
  method,
  target,
  version: fc.oneof(
    often(40, fc.constant('HTTP/1.1')),
    often(1, fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'HTTP/9', '', 'HTP/1.1')),
  ),
  host,
  headers: fc.array(header, { maxLength: 3 }),
  page: fc.constantFrom('whole', 'whole', 'form', 'none'),
  length: fc.oneof(
    often(14, fc.constant('right')),
    often(1, fc.constantFrom('none', 'short', 'long')),
  ),
  body,
  end: fc.oneof(often(40, fc.constant('\r\n')), often(1, fc.constantFrom('\n', '\r', '\r\r\n'))),
  cut: fc.oneof(often(30, fc.constant(1)), often(1, fc.double({ min: 0, max: 1, noNaN: true }))),
});

type Drawn = typeof request extends fc.Arbitrary<infer T> ? T : never;

function textOf(drawn: Drawn): Buffer {
  const { end, length } = drawn;
  const said = Buffer.byteLength(drawn.body);
  const lengths = { none: null, right: said, short: said + 9, long: Math.max(0, said - 1) };
  const known = lengths[length as keyof typeof lengths];
  // What our own page sends: with it the rest comes through the gate.
  const ours = ['Origin: http://localhost:3000', 'Sec-Fetch-Site: same-origin'];
  const type = drawn.page === 'form' ? 'multipart/form-data; boundary=x' : 'application/json';
  const page = drawn.page === 'none' ? [] : [...ours, `Content-Type: ${type}`];
  const lines = [
    `${drawn.method} ${drawn.target} ${drawn.version}`,
    ...drawn.host,
    ...page,
    ...drawn.headers,
    ...(known === null ? [] : [`Content-Length: ${known}`]),
  ];
  const whole = Buffer.concat([
    Buffer.from(`${lines.join(end)}${end}${end}`, 'latin1'),
    Buffer.from(drawn.body),
  ]);
  return whole.subarray(0, Math.ceil(whole.length * drawn.cut));
}

/** What comes back on a connection of its own, which its client ends once everything is sent. */
async function send(port: number, sent: Buffer): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  let read = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    read += text;
  });
  // Some are closed in the face of whoever still sends.
  socket.on('error', () => {});
  socket.setTimeout(MOST_MS, () => socket.destroy(new Error('it was left waiting')));
  const closed = once(socket, 'close');
  socket.end(sent);
  await closed;
  return read;
}

test('a thousand requests with bent lines, paths, headers, cookies and bodies are each answered as what they are or closed: none fails, none is left waiting, and the portal answers on', async ({
  connection,
}) => {
  const logged: string[] = [];
  const kept = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk));
      done();
    },
  });
  const deps = testDeps(connection, { log: pino({ level: 'error' }, kept) });
  const ask = await listening(deps);
  const seen = new Map<number, number>();
  let arrived = 0;
  const one = async (drawn: Drawn) => {
    const started = performance.now();
    const answer = await send(ask.port, textOf(drawn));
    expect(performance.now() - started).toBeLessThan(MOST_MS);
    const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, said]) => Number(said));
    for (const status of statuses) {
      expect(status).toBeLessThan(500);
      seen.set(status, (seen.get(status) ?? 0) + 1);
    }
    if (answer !== '') expect(statuses.length).toBeGreaterThan(0);
    if (/content-security-policy/i.test(answer)) arrived += 1;
  };
  const together = fc.array(request, { minLength: AT_ONCE, maxLength: AT_ONCE });
  await fc.assert(
    fc.asyncProperty(together, async (drawn) => void (await Promise.all(drawn.map(one)))),
    { numRuns: REQUESTS / AT_ONCE, seed: SEED },
  );
  expect(logged).toEqual([]);
  expect(arrived / REQUESTS).toBeGreaterThan(ARRIVED);
  // Refused by the server, by the gate, by the portal, and taken: each was met.
  for (const status of [200, 400, 403, 404, 405, 415, 421, 431])
    expect([status, seen.get(status) ?? 0]).toEqual([status, expect.toSatisfy((n) => n > 0)]);
  expect((await ask('/livez')).status).toBe(200);
});
