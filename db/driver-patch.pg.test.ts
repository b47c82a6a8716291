import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createConnection, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import postgres from 'postgres';
import { expect, onTestFinished } from 'vitest';
import { test } from '../server/testing/pg.ts';
import { driverSettings } from './array-types.ts';
import { mendConnection } from './driver-patch.ts';
import { failuresThatReachNobody } from './testing.ts';

const entry = createRequire(import.meta.url).resolve('postgres');
const source = readFileSync(join(dirname(entry), '../../src/connection.js'), 'utf8');

function pool(url: string, options: postgres.Options<Record<string, postgres.PostgresType>>) {
  const sql = postgres(url, { ...driverSettings, ...options });
  onTestFinished(() => sql.end({ timeout: 1 }));
  return sql;
}

test('the mended driver is the one that is used, and a driver with other places is refused', () => {
  const mended = mendConnection(source);
  expect(mended).not.toBe(source);
  expect(() => mendConnection(mended)).toThrow('place 1');
});

test('a query behind one that failed in the middle of its rows has all of its rows and no holes', async ({
  databaseUrl,
}) => {
  const sql = pool(databaseUrl, { max: 1 });
  const failing = sql`select 1 / (4 - i) from generate_series(1, 10) i`.catch(
    (cause) => cause.code,
  );
  const behind = sql`select i from generate_series(1, 5) i`;
  expect(await failing).toBe('22012');
  expect([...(await behind)]).toEqual([1, 2, 3, 4, 5].map((i) => ({ i })));
});

test('a transaction has its connection for itself, also when it is what fills the pipe', async ({
  databaseUrl,
}) => {
  const sql = pool(databaseUrl, { max: 1, max_pipeline: 3 } as never);
  await sql`create temporary table seen (n int)`;
  const insert = (n: number, on: postgres.ISql = sql) =>
    on.unsafe(`insert into seen values (${n})`).execute();
  const before = [0, 1, 2].map((n) => insert(n));
  const inside = sql.begin(async (tx) => {
    await insert(10, tx);
    throw new Error('taken back');
  });
  const after = [20, 21, 22, 23].map((n) => insert(n));
  await Promise.all([...before, expect(inside).rejects.toThrow('taken back'), ...after]);
  const rows = await sql`select n from seen order by n`;
  expect(rows.map(({ n }) => n)).toEqual([0, 1, 2, 20, 21, 22, 23]);
});

/** A pool of one whose socket can be taken away at any moment, even in the middle of a turn of the event loop. */
function poolOfOne(url: string) {
  const { hostname, port } = new URL(url);
  const sockets: Socket[] = [];
  const sql = pool(url, {
    max: 1,
    connect_timeout: 5,
    socket: () => {
      const socket = createConnection(Number(port), hostname);
      sockets.push(socket);
      return socket;
    },
  } as never);
  const take = () => {
    const socket = sockets.at(-1);
    socket?.emit('close', false);
    socket?.destroy();
  };
  return { sql, take };
}

test('what waited to be sent on a lost connection is not sent on the next, which works', async ({
  databaseUrl,
}) => {
  const reachedNobody = failuresThatReachNobody();
  const { sql, take } = poolOfOne(databaseUrl);
  for (let round = 0; round < 3; round++) {
    expect([...(await sql`select ${round}::int as n`)]).toEqual([{ n: round }]);
    const lost = sql`select 1 as lost`.execute();
    // Handed to the connection, which sends at the end of this turn.
    for (let step = 0; step < 10; step++) await null;
    take();
    await expect(lost).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  }
  expect(reachedNobody).toEqual([]);
});

test('a statement of a transaction whose connection is gone fails, alone: nothing else does, and nothing hears its answer', async ({
  databaseUrl,
}) => {
  const reachedNobody = failuresThatReachNobody();
  const { sql, take } = poolOfOne(databaseUrl);
  let late: unknown;
  let next: Promise<unknown> = Promise.resolve();
  const lost = sql.begin(async (tx) => {
    await tx`select 1`;
    take();
    next = sql`select 2 as n`.then((rows) => [...rows]);
    late = await tx`select 3 as n`.catch((cause: unknown) => cause);
  });
  await expect(lost).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  expect(await next).toEqual([{ n: 2 }]);
  expect(late).toMatchObject({ code: 'CONNECTION_CLOSED' });
  expect(reachedNobody).toEqual([]);
});

test('a connection that is ended under a transaction can be made again and again, and says what ended it to nobody else', async ({
  databaseUrl,
  owner,
}) => {
  const reachedNobody = failuresThatReachNobody();
  const sql = pool(databaseUrl, { max: 1, connect_timeout: 5 });
  for (let round = 0; round < 5; round++) {
    const lost = sql.begin(async (tx) => {
      const [row] = await tx`select pg_backend_pid() as pid`;
      const ended = owner.sql`select pg_terminate_backend(${row?.['pid']}, 5000)`.execute();
      // What is sent next, by the driver itself, is the ROLLBACK.
      await tx`select pg_sleep(5)`.finally(() => ended);
    });
    await expect(lost).rejects.toThrow();
    expect([...(await sql`select 1 as one`)]).toEqual([{ one: 1 }]);
  }
  expect(reachedNobody).toEqual([]);
});
