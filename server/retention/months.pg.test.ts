import { eq, sql } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { type Tx, withSubject } from '../../db/connect.ts';
import { subjectTableNamed } from '../../db/data-map/index.ts';
import { ensurePartitions } from '../../db/partitions.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { connectionEvent } from '../../db/schema/devices.ts';
import { legalHold } from '../../db/schema/hold.ts';
import { job } from '../../db/schema/job.ts';
import { partitionedTables } from '../../db/schema/partitions.ts';
import { recordAudit } from '../audit/record.ts';
import { scheduleAll } from '../jobs/all.ts';
import type { JobDefinition } from '../jobs/define.ts';
import { runNext } from '../jobs/runner.ts';
import { testDeps } from '../testing/deps.ts';
import { fillPerson } from '../testing/fill.ts';
import { testOfYears as test } from '../testing/pg.ts';
import { monthsJob } from './jobs.ts';
import { dropEmptyMonths } from './months.ts';
import { expireBatch } from './run.ts';
import { daysAgo, now, rowDated, run, vault } from './testing.ts';

const DAY_MS = 86_400_000;

describe('months that are over', () => {
  test('are dropped only when every row in them has gone, with one event', async ({
    connection,
  }) => {
    const { db } = connection;
    const ada = await fillPerson(db, vault, { tag: 'ada', now });
    const table = subjectTableNamed('connectionEvent');
    await rowDated(db, table, ada, daysAgo(300));
    const month = `connection_event_${daysAgo(300).toISOString().slice(0, 7).replace('-', '_')}`;
    const exists = async () =>
      (await db.execute<{ yes: boolean }>(sql`select to_regclass(${month}) is not null as yes`))[0]
        ?.yes;
    const drop = async () => (await dropEmptyMonths(db, vault, run)).dropped;
    const hold = {
      tableName: 'connection_event',
      rowId: null,
      endsAt: new Date(now.getTime() + DAY_MS),
    };
    await db
      .update(legalHold)
      .set({ ...hold, releasedAt: null })
      .where(eq(legalHold.subjectId, ada.subjectId));
    await db.transaction((tx) => expireBatch(tx, vault, run));
    const first = await drop();
    expect([await exists(), first.includes(month)]).toEqual([true, false]);
    expect(first.length).toBeGreaterThan(10);
    await db
      .update(legalHold)
      .set({ releasedAt: now })
      .where(eq(legalHold.subjectId, ada.subjectId));
    await db.transaction((tx) => expireBatch(tx, vault, run));
    expect(await drop()).toEqual([month]);
    expect(await exists()).toBe(false);
    expect(await drop()).toEqual([]);
    const events = await db
      .select()
      .from(auditEvent)
      .where(eq(auditEvent.requestId, run.requestId));
    expect(events.filter(({ reference }) => reference === `empty month: ${month}`)).toHaveLength(1);
    await rowDated(db, table, ada, daysAgo(1));
    expect(await db.$count(connectionEvent)).toBe(2);
  });

  test('cannot be dropped while a row is in them, nor when young: the database itself refuses', async ({
    connection,
  }) => {
    const { db } = connection;
    const ada = await fillPerson(db, vault, { tag: 'ada', now });
    await rowDated(db, subjectTableNamed('auditEvent'), ada, daysAgo(700));
    const ask = async (name: string, at: Date) =>
      (
        await db.execute<{ dropped: boolean }>(
          sql`select drop_empty_month(${name}, ${at.toISOString()}::date) as dropped`,
        )
      )[0]?.dropped;
    expect(await ask('audit_event', daysAgo(700))).toBe(false);
    expect(await ask('audit_event', daysAgo(60))).toBe(false);
    expect(await ask('audit_event', daysAgo(400))).toBe(true);
    await expect(ask('account', daysAgo(700))).rejects.toThrow();
    expect(await db.$count(auditEvent, eq(auditEvent.subjectId, ada.subjectId))).toBe(2);
  });

  test('are dropped beside many who read and write all tables in any order: nobody meets an error or a deadlock', async ({
    connection,
    owner,
  }) => {
    const { db } = connection;
    const ada = await fillPerson(db, vault, { tag: 'ada', now });
    const rounds = 5;
    const names = partitionedTables.map(({ table }) => table);
    const failures: unknown[] = [];
    let reads = 0;
    let over = false;
    const reader = async (number: number) => {
      // Each in an order of its own, so that two meet from both sides.
      const order = names.map(
        (_, at) => names[(at * (number % 2 ? 1 : 4) + number) % names.length],
      );
      while (!over) {
        await withSubject(db, ada.subjectId, number === 0 ? 'write' : 'read', async (tx) => {
          await tx.execute(sql`set local lock_timeout = '1s'`);
          for (const table of order)
            await tx.execute(sql`select * from ${sql.identifier(table ?? '')}`);
          if (number === 0) await tx.execute(sql`update gpu_session set bytes_in = bytes_in`);
          if (number === 1) await recordAudit(tx, vault, eventOf(ada.subjectId));
        }).catch((cause: unknown) => failures.push(cause));
        reads += 1;
      }
    };
    const readers = Promise.all(Array.from({ length: 3 }, (_, number) => reader(number)));
    let dropped = 0;
    try {
      for (let round = 0; round < rounds; round++) {
        await ensurePartitions(owner.sql, { from: daysAgo(4_000), to: daysAgo(3_950) });
        dropped += (await dropEmptyMonths(db, vault, run)).dropped.length;
      }
    } catch (cause) {
      failures.push(cause);
    } finally {
      over = true;
      await readers;
    }
    expect(failures).toEqual([]);
    expect(reads).toBeGreaterThan(rounds);
    expect(dropped).toBeGreaterThan(0);
    // What was in use each time goes as soon as it is not.
    const last = await dropEmptyMonths(db, vault, run);
    expect([last.dropped.length > 0, last.busy]).toEqual([true, []]);
  });

  test('are left alone while somebody reads their table, who keeps nobody else waiting, and go with the next run', async ({
    connection,
    owner,
  }) => {
    const { db } = connection;
    const ada = await fillPerson(db, vault, { tag: 'ada', now });
    await ensurePartitions(owner.sql, { from: daysAgo(4_000), to: daysAgo(3_950) });
    const others = partitionedTables
      .map(({ table }) => table)
      .filter((name) => name !== 'api_usage');
    const read = (tx: Tx) => tx.execute(sql`select count(*) from api_usage`);
    await withSubject(db, ada.subjectId, 'read', async (tx) => {
      await read(tx);
      let over = false;
      const dropping = dropEmptyMonths(db, vault, run).finally(() => {
        over = true;
      });
      let reads = 0;
      do {
        await withSubject(db, ada.subjectId, 'read', async (other) => {
          await other.execute(sql`set local lock_timeout = '500ms'`);
          await read(other);
        });
        reads += 1;
      } while (!over);
      const { dropped, busy } = await dropping;
      expect(reads).toBeGreaterThan(1);
      expect(busy).toEqual(['api_usage']);
      for (const table of others)
        expect(dropped.some((name) => name.startsWith(`${table}_20`))).toBe(true);
      expect(dropped.some((name) => name.startsWith('api_usage'))).toBe(false);
    });
    const { dropped, busy } = await dropEmptyMonths(db, vault, run);
    expect([dropped.every((name) => name.startsWith('api_usage')), busy]).toEqual([true, []]);
    expect(dropped.length).toBeGreaterThan(1);
  });

  test('are kept by a daily run of their own, which comes back soon for what was in use', async ({
    connection,
    owner,
  }) => {
    const { db } = connection;
    const deps = testDeps(connection, { vault });
    await ensurePartitions(owner.sql, { from: daysAgo(4_000), to: daysAgo(3_950) });
    await db.transaction((tx) => scheduleAll(tx, now));
    const turn = async () => {
      await db
        .update(job)
        .set({ runAt: new Date(0) })
        .where(eq(job.kind, monthsJob.kind));
      const kinds = new Map([[monthsJob.kind, monthsJob as unknown as JobDefinition]]);
      expect(await runNext(deps, kinds, [...kinds.keys()], new AbortController().signal)).toBe(
        true,
      );
      const [row] = await db.select().from(job).where(eq(job.kind, monthsJob.kind));
      expect(row).toMatchObject({ state: 'ready', failures: 0 });
      return (row?.runAt.getTime() ?? 0) - Date.now();
    };
    const soon = await connection.sql.begin(async (reader) => {
      await reader`select count(*) from gpu_session`;
      return turn();
    });
    expect(soon).toBeLessThan(11 * 60_000);
    const later = await turn();
    expect(later).toBeGreaterThan(0);
    expect(new Date(Date.now() + later).getUTCHours()).toBe(4);
    const [ahead] = await connection.sql`
      select to_regclass(${`gpu_session_${monthAhead(2)}`}) is not null as made,
        to_regclass(${`gpu_session_${daysAgo(4_000).toISOString().slice(0, 7).replace('-', '_')}`}) is null as gone`;
    expect(ahead).toEqual({ made: true, gone: true });
  });
});

const eventOf = (subjectId: string) =>
  ({
    action: 'request.copy_asked',
    actor: { kind: 'system', job: 'test' },
    subjectId,
    purpose: 'privacy_rights',
    requestId: 'test',
    now,
  }) as const;

/** `2027_03`: a month so many after this one. */
const monthAhead = (months: number) =>
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1))
    .toISOString()
    .slice(0, 7)
    .replace('-', '_');
