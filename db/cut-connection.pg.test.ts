import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import type postgres from 'postgres';
import { expect, onTestFinished } from 'vitest';
import { test } from '../server/testing/pg.ts';
import { connect } from './connect.ts';
import { failuresThatReachNobody } from './testing.ts';

/** A part of an answer gets this long to arrive before the connection goes. */
const ARRIVE_MS = 10;
/** Bytes of the server's answers after which a connection is cut: through all of the handshake, and beyond. */
const places = [
  0, 24, 60, 117, 300, 500, 622, 623, 640, 660, 690, 720, 760, 800, 860, 920, 1_000, 4_000,
];
/** As by a server that ends, and as by one that is gone; to a pool of one connection, and of two. */
const cuts = [1, 2].flatMap((max) =>
  places.flatMap((after) => [
    { after, reset: false, max },
    { after, reset: true, max },
  ]),
);

/**
 * Stands before the database and cuts every second connection, each a little later than the one before.
 *
 * @returns the port, and how many were cut
 */
async function cutter(target: URL): Promise<{ port: number; cut: () => number }> {
  let connections = 0;
  let cut = 0;
  const server = createServer((client) => {
    const number = connections++;
    const here = number % 2 === 0 ? (cuts[number / 2] ?? null) : null;
    const upstream = createConnection(Number(target.port), target.hostname);
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    client.pipe(upstream);
    let seen = 0;
    upstream.on('data', (chunk: Buffer) => {
      const left = here === null ? chunk.length : here.after - seen;
      seen += chunk.length;
      if (left >= chunk.length) return void client.write(chunk);
      cut += 1;
      client.write(chunk.subarray(0, Math.max(0, left)));
      setTimeout(() => (here?.reset ? client.resetAndDestroy() : client.destroy()), ARRIVE_MS);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, cut: () => cut };
}

test('a connection that is cut anywhere never ends the process: what was asked answers rightly or fails, and the pool goes on', async ({
  databaseUrl,
}) => {
  const reachedNobody = failuresThatReachNobody();
  const { port, cut } = await cutter(new URL(databaseUrl));
  const through = new URL(databaseUrl);
  through.port = String(port);
  const outcomes = new Set<string>();
  for (const { max } of cuts) {
    const { sql } = connect(through.href, { max });
    const ask = (name: string, on: postgres.ISql = sql) =>
      on`select array[${name}, 'b'] as list from generate_series(1, 3)`;
    const names = ['first', 'in a transaction', 'third', 'fourth'];
    const note = (name: string, one: PromiseSettledResult<Iterable<unknown>>) => {
      const answered = one.status === 'fulfilled';
      outcomes.add(answered ? 'answered' : one.reason.code);
      if (answered) expect([...one.value]).toEqual(Array(3).fill({ list: [name, 'b'] }));
      return answered;
    };
    const asked = names.map((name, at) =>
      at === 1 ? sql.begin((tx) => ask(name, tx)) : ask(name),
    );
    const ended = await Promise.allSettled(asked);
    for (const [at, one] of ended.entries()) note(names[at] ?? '', one);
    // Each connection is cut once at most; of as many as the pool has and one more, one answers.
    let tries = 0;
    while (!note('last', (await Promise.allSettled([ask('last')]))[0]))
      expect(tries++).toBeLessThan(3);
    await sql.end({ timeout: 1 });
  }
  expect(reachedNobody).toEqual([]);
  expect(cut()).toBeGreaterThan(2 * places.length);
  expect(outcomes).toEqual(new Set(['answered', 'CONNECTION_CLOSED', 'ECONNRESET']));
});
