import { eq, sql } from 'drizzle-orm';
import { pino } from 'pino';
import { describe, expect } from 'vitest';
import type { Tx } from '../../db/connect.ts';
import { job } from '../../db/schema/job.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { test } from '../testing/pg.ts';
import { PARKED_AFTER } from './back-off.ts';
import { defineJob, enqueue, type JobDefinition, type JobRun } from './define.ts';
import { listParked, release } from './parked.ts';
import { runNext } from './runner.ts';

const KIND = 'test.work';
const MAX_ATTEMPTS = 3;
const HOUR_MS = 3_600_000;
const never = new AbortController().signal;

type Work = (run: JobRun<Record<string, never>>) => Promise<'done' | 'again'>;

/** One job that does what it is told, and how often its death was announced. */
async function world(deps: Deps, run: Work) {
  const { db } = deps.connection;
  const deaths = { count: 0 };
  const definition = defineJob<Record<string, never>>({
    kind: KIND,
    maxAttempts: MAX_ATTEMPTS,
    parse: () => ({}),
    run,
    async onDead() {
      deaths.count += 1;
    },
  }) as unknown as JobDefinition;
  await db.transaction((tx) => enqueue(tx, definition, { payload: {}, now: new Date() }));
  const row = async () => {
    const [found] = await db.select().from(job).where(eq(job.kind, KIND));
    if (!found) throw new Error('no job');
    return found;
  };
  const next = (signal = never) => runNext(deps, new Map([[KIND, definition]]), [KIND], signal);
  return {
    deaths,
    row,
    next,
    /** The next attempt, now, and how long it would have been in coming. */
    async at(signal = never) {
      const waits = (await row()).runAt.getTime() - Date.now();
      await db
        .update(job)
        .set({ runAt: new Date(0) })
        .where(eq(job.kind, KIND));
      expect(await next(signal)).toBe(true);
      return waits;
    },
  };
}

/** Ends the connection of a transaction as the server does; the next statement finds it gone. */
async function cut(tx: Tx, owner: Deps['connection']): Promise<void> {
  const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  await owner.sql`select pg_terminate_backend(${row?.pid ?? 0}, 5000)`;
  await tx.execute(sql`select 1`);
}

/** As from a socket: of the database when the driver put the statement to it, else of anybody. */
const socketError = (ofStatement: boolean) =>
  Object.assign(new Error('read'), { code: 'ECONNRESET', ...(ofStatement ? { query: '' } : {}) });

const failing = () => Promise.reject(Object.assign(new Error('no'), { code: 'NO' }));

describe('a job', () => {
  test('whose connection is killed more often than it may fail is not dead, and is done once when left alone', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection);
    const attempts: number[] = [];
    let kills = MAX_ATTEMPTS * 3;
    const { deaths, row, at } = await world(deps, async ({ tx, attempt }) => {
      attempts.push(attempt);
      await tx.execute(
        sql`insert into rate_limit (key, points, expires_at) values (${`run ${attempt}`}, 1, now())`,
      );
      if (kills-- > 0) await cut(tx, owner);
      return 'done';
    });
    for (let run = 1; run <= MAX_ATTEMPTS * 3; run++) {
      await at();
      expect(await row()).toMatchObject({ state: 'ready', failures: 0, unended: run });
    }
    expect((await row()).lastError).toBe('INTERRUPTED');
    await at();
    expect(await row()).toMatchObject({ state: 'done', failures: 0, lastError: null });
    // Each had a name of its own, and what the killed ones wrote is gone.
    expect(attempts).toEqual(Array.from({ length: MAX_ATTEMPTS * 3 + 1 }, (_, index) => index + 1));
    expect(await connection.sql`select key from rate_limit`).toEqual([
      { key: `run ${MAX_ATTEMPTS * 3 + 1}` },
    ]);
    expect(deaths.count).toBe(0);
  });

  test('is free within seconds when its process dies in the middle, which can report nothing', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection);
    let begun: (pid: number) => void = () => {};
    const waiting = new Promise<number>((resolve) => {
      begun = resolve;
    });
    let runs = 0;
    const { row, at, next } = await world(deps, async ({ tx }) => {
      runs += 1;
      if (runs > 1) return 'done';
      const [found] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      begun(found?.pid ?? 0);
      return new Promise(() => {});
    });
    const died = next();
    const pid = await waiting;
    // While it lives nobody else has it, although its time has come.
    await expect
      .poll(async () => (await row()).runAt.getTime() < Date.now(), { timeout: 5_000 })
      .toBe(true);
    expect(await next()).toBe(false);
    await owner.sql`select pg_terminate_backend(${pid}, 5000)`;
    await died;
    expect((await row()).runAt.getTime() - Date.now()).toBeLessThan(2_000);
    await at();
    expect([runs, (await row()).state]).toEqual([2, 'done']);
  });

  test('is dead after the errors it is allowed, whatever was interrupted between them, and says so once', async ({
    connection,
    owner,
  }) => {
    const deps = testDeps(connection);
    let runs = 0;
    const { deaths, row, at, next } = await world(deps, async ({ tx }) => {
      runs += 1;
      if (runs % 2 === 1) await cut(tx, owner);
      return failing();
    });
    for (let run = 1; run < MAX_ATTEMPTS * 2; run++) await at();
    expect(await row()).toMatchObject({ state: 'ready', failures: MAX_ATTEMPTS - 1 });
    expect(deaths.count).toBe(0);
    await at();
    expect(await row()).toMatchObject({
      state: 'dead',
      failures: MAX_ATTEMPTS,
      attempts: MAX_ATTEMPTS * 2,
      lastError: 'NO',
    });
    expect(deaths.count).toBe(1);
    expect(await next()).toBe(false);
  });

  test('that cuts its connection every time is parked, neither dead nor tried at once, until somebody sees it', async ({
    connection,
    owner,
  }) => {
    const errors: string[] = [];
    const log = pino({ level: 'error' }, { write: (line) => void errors.push(line) });
    const deps = testDeps(connection, { log });
    let poison = true;
    const { deaths, row, at, next } = await world(deps, async ({ tx }) => {
      if (poison) await cut(tx, owner);
      return 'done';
    });
    const waits: number[] = [];
    for (let run = 0; run <= PARKED_AFTER + 6; run++) waits.push(await at());
    expect(Math.max(...waits.slice(0, 11))).toBeLessThan(2_000);
    expect(waits[15]).toBeGreaterThan(20_000);
    expect(waits[PARKED_AFTER - 1]).toBeLessThan(HOUR_MS / 10);
    expect(waits[PARKED_AFTER]).toBeGreaterThan(0.99 * HOUR_MS);
    expect(waits[PARKED_AFTER + 1]).toBeGreaterThan(1.99 * HOUR_MS);
    expect(waits[PARKED_AFTER + 6]).toBeGreaterThan(23.9 * HOUR_MS);
    expect(waits[PARKED_AFTER + 6]).toBeLessThan(24.1 * HOUR_MS);
    expect(await row()).toMatchObject({ state: 'ready', failures: 0 });
    expect(await next()).toBe(false);
    expect(errors.filter((line) => line.includes('needs a person'))).toHaveLength(7);
    const { id, unended } = await row();
    expect(await listParked(connection.db)).toMatchObject([{ id, interruptions: unended }]);
    const now = new Date();
    expect(await connection.db.transaction((tx) => release(tx, { id, now }))).toBe(true);
    expect(await connection.db.transaction((tx) => release(tx, { id, now }))).toBe(false);
    poison = false;
    expect(await next()).toBe(true);
    expect((await row()).state).toBe('done');
    expect(deaths.count).toBe(0);
  });

  test('is failed by a mail server that hangs up, and interrupted by a database that does', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    let runs = 0;
    const { row, at } = await world(deps, () => {
      runs += 1;
      return Promise.reject(socketError(runs === 1));
    });
    await at();
    expect(await row()).toMatchObject({ failures: 0, unended: 1 });
    await at();
    expect(await row()).toMatchObject({ failures: 1, unended: 1, lastError: 'ECONNRESET' });
  });

  test('holds nothing against itself when its process is told to stop, and can be had at once', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const stopping = new AbortController();
    const { row, at } = await world(deps, () => {
      stopping.abort();
      return failing();
    });
    for (let run = 1; run <= MAX_ATTEMPTS + 1; run++) await at(stopping.signal);
    expect(await row()).toMatchObject({ state: 'ready', failures: 0, unended: 0 });
    expect((await row()).runAt.getTime()).toBeLessThanOrEqual(Date.now());
  });

  test('is counted and worked on once, however many reach for it', async ({ connection }) => {
    const deps = testDeps(connection);
    let runs = 0;
    const { row, next } = await world(deps, async () => {
      runs += 1;
      return 'done';
    });
    const took = await Promise.all(Array.from({ length: 10 }, () => next()));
    expect(took.filter(Boolean)).toHaveLength(1);
    expect(runs).toBe(1);
    expect(await row()).toMatchObject({ state: 'done', attempts: 1, unended: 1 });
  });

  test('starts anew with each piece it finishes', async ({ connection, owner }) => {
    const deps = testDeps(connection);
    let runs = 0;
    const { row, at } = await world(deps, async ({ tx }) => {
      runs += 1;
      if (runs === 1) await cut(tx, owner);
      if (runs === 2) return failing();
      return 'again';
    });
    await at();
    await at();
    expect(await row()).toMatchObject({ attempts: 2, failures: 1, unended: 1 });
    await at();
    expect(await row()).toMatchObject({ attempts: 0, failures: 0, unended: 0, lastError: null });
  });
});
