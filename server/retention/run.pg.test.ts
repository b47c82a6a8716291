import { eq, sql } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { deleteOn } from '../../db/data-map/delete-on.ts';
import { countExpired, expired, expiringTables } from '../../db/data-map/expire.ts';
import { columnOf, subjectTableNamed, subjectTables } from '../../db/data-map/index.ts';
import { account } from '../../db/schema/account.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { invoice } from '../../db/schema/billing.ts';
import { connectionEvent } from '../../db/schema/devices.ts';
import { legalHold } from '../../db/schema/hold.ts';
import { job } from '../../db/schema/job.ts';
import { keepKey } from '../../db/schema/key.ts';
import { NO_SUBJECT } from '../actor.ts';
import { newId } from '../crypto/token.ts';
import { scheduleAll } from '../jobs/all.ts';
import type { JobDefinition } from '../jobs/define.ts';
import { runNext } from '../jobs/runner.ts';
import { testDeps } from '../testing/deps.ts';
import { fillPerson } from '../testing/fill.ts';
import { testOfYears as test } from '../testing/pg.ts';
import { retentionJob } from './jobs.ts';
import { expireBatch, retentionDryRun } from './run.ts';
import { daysAgo, now, rowDated, run, vault } from './testing.ts';

const DAY_MS = 86_400_000;
const timed = subjectTables.filter((table) => typeof table.retention === 'object');

describe('the daily deletion run', () => {
  test('deletes in every table what is past its date, and nothing that is not', async ({
    connection,
  }) => {
    const { db } = connection;
    const ada = await fillPerson(db, vault, { tag: 'ada', now });
    const single = new Set(['factorGuard', 'optOutSignal', 'signUp']);
    const tables = timed.filter(
      ({ name, retention }) =>
        !single.has(name) &&
        typeof retention === 'object' &&
        'period' in retention &&
        name !== 'auditEvent',
    );
    expect(tables.length).toBeGreaterThan(15);
    for (const table of tables)
      await rowDated(
        db,
        table,
        ada,
        daysAgo(table.name === 'supportMessage' || table.keep ? 1_200 : 780),
      );
    const dry = await retentionDryRun(db, now);
    const { deleted } = await db.transaction((tx) => expireBatch(tx, vault, run));
    expect(new Map(deleted.map(({ table, rows }) => [table, rows]))).toEqual(
      new Map(dry.map(({ table, rows }) => [table, rows])),
    );
    for (const table of tables) {
      const [row] = await db.execute<{ n: string }>(
        sql`select count(*) as n from ${sql.identifier(table.sqlName)} where subject_id = ${ada.subjectId}::uuid`,
      );
      const short = deleteOn(
        table,
        { [(table.retention as { from: string }).from]: daysAgo(10) },
        'DE',
      );
      expect([table.name, Number(row?.n)]).toEqual([table.name, short && short <= now ? 0 : 1]);
    }
    expect(await retentionDryRun(db, now)).toEqual([]);
    expect((await db.transaction((tx) => expireBatch(tx, vault, run))).deleted).toEqual([]);
  });

  test('says in SQL for every table and country what the date on the page says', async ({
    connection,
  }) => {
    const { db } = connection;
    let compared = 0;
    for (const country of ['DE', 'FR', 'PL', 'US', 'XX']) {
      const person = await fillPerson(db, vault, { tag: `p-${country}`, now, country });
      const table = subjectTableNamed('invoice');
      for (const years of [4, 5, 6, 7, 8, 9, 10, 11, 12]) {
        for (const [month, day] of [
          [0, 1],
          [10, 30],
          [11, 31],
        ] as const) {
          const issued = new Date(Date.UTC(now.getUTCFullYear() - years, month, day, 12));
          await rowDated(db, table, person, issued);
        }
      }
      const from = sql.identifier(columnOf(table, 'issuedAt').sqlName);
      const rows = await db.execute<{ at: string; gone: boolean }>(
        sql`select t.${from}::text as at, ${expired(table, now)} as gone from invoice t where t.subject_id = ${person.subjectId}::uuid`,
      );
      for (const { at, gone } of rows) {
        const date = deleteOn(table, { issuedAt: new Date(at) }, country);
        expect([country, at, gone]).toEqual([country, at, date !== null && date <= now]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(100);
  });

  test('counts calendar months as the date on the page does, on the days around it', async ({
    connection,
  }) => {
    const { db } = connection;
    const ada = await fillPerson(db, vault, { tag: 'ada', now });
    const table = subjectTableNamed('supportTicket');
    for (const days of [725, 728, 729, 730, 731, 732, 733, 736])
      await rowDated(db, table, ada, daysAgo(days));
    for (const at of ['2027-02-28T12:00:00Z', '2027-03-31T00:00:00Z', now.toISOString()]) {
      const moment = new Date(at);
      const rows = await db.execute<{ at: string; gone: boolean }>(
        sql`select t.closed_at::text as at, ${expired(table, moment)} as gone from support_ticket t`,
      );
      for (const row of rows) {
        const date = deleteOn(table, { closedAt: new Date(row.at) }, 'DE');
        expect([at, row.at, row.gone]).toEqual([at, row.at, date !== null && date <= moment]);
      }
    }
  });

  test('leaves rows under a hold until it is released', async ({ connection }) => {
    const { db } = connection;
    const ada = await fillPerson(db, vault, { tag: 'ada', now });
    await rowDated(db, subjectTableNamed('connectionEvent'), ada, daysAgo(300));
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
    expect(await db.$count(connectionEvent)).toBe(2);
    await db
      .update(legalHold)
      .set({ releasedAt: now })
      .where(eq(legalHold.subjectId, ada.subjectId));
    await db.transaction((tx) => expireBatch(tx, vault, run));
    expect(await db.$count(connectionEvent)).toBe(1);
  });

  test('ends a keep of an erased account with its key, and not a day before', async ({
    connection,
  }) => {
    const { db } = connection;
    const ada = await fillPerson(db, vault, { tag: 'ada', now });
    const endsAt = new Date(now.getTime() + DAY_MS);
    const id = newId(now);
    await db.transaction((tx) =>
      vault.createKeepKey(tx, { id, ground: 'accounting_records', endsAt, now }),
    );
    await db
      .update(invoice)
      .set({ keepId: id, issuedAt: daysAgo(9_000) })
      .where(eq(invoice.subjectId, ada.subjectId));
    await db.delete(account).where(eq(account.subjectId, ada.subjectId));
    await db.transaction((tx) => expireBatch(tx, vault, run));
    expect([await db.$count(invoice), await db.$count(keepKey)]).toEqual([1, 1]);
    const later = new Date(endsAt.getTime() + 1);
    await db.transaction((tx) => expireBatch(tx, vault, { ...run, now: later }));
    expect([await db.$count(invoice), await db.$count(keepKey)]).toEqual([0, 0]);
  });

  test('records what it did once for each person and once for all, and stops at its bound', async ({
    connection,
  }) => {
    const { db } = connection;
    const ada = await fillPerson(db, vault, { tag: 'ada', now });
    for (let index = 0; index < 5; index++)
      await rowDated(db, subjectTableNamed('connectionEvent'), ada, daysAgo(300));
    await db.transaction((tx) => expireBatch(tx, vault, run));
    for (let index = 0; index < 5; index++)
      await rowDated(db, subjectTableNamed('connectionEvent'), ada, daysAgo(300));
    const first = await db.transaction((tx) => expireBatch(tx, vault, { ...run, limit: 3 }));
    const second = await db.transaction((tx) => expireBatch(tx, vault, { ...run, limit: 3 }));
    expect([first.full, second.full]).toEqual([true, false]);
    const events = await db
      .select()
      .from(auditEvent)
      .where(eq(auditEvent.action, 'retention.expired'));
    const mine = events.filter(({ subjectId }) => subjectId === ada.subjectId);
    expect([
      mine.length,
      events.filter(({ subjectId }) => subjectId === NO_SUBJECT).length,
    ]).toEqual([3, 3]);
    const details = mine[0]?.details;
    expect(
      details && JSON.parse(vault.unseal(ada.key, 'audit_event.details', details)),
    ).toMatchObject({ connectionEvent: 5 });
  });

  test('runs as a job of the queue: what is past its date is gone, what is held stays, and it comes again tomorrow', async ({
    connection,
  }) => {
    const { db } = connection;
    const deps = testDeps(connection, { vault });
    const ada = await fillPerson(db, vault, { tag: 'ada', now });
    const bo = await fillPerson(db, vault, { tag: 'bo', now });
    for (const person of [ada, bo])
      await rowDated(db, subjectTableNamed('connectionEvent'), person, daysAgo(300));
    const hold = {
      tableName: 'connection_event',
      rowId: null,
      endsAt: new Date(now.getTime() + DAY_MS),
      releasedAt: null,
    };
    await db.update(legalHold).set(hold).where(eq(legalHold.subjectId, bo.subjectId));
    await db.transaction((tx) => scheduleAll(tx, now));
    const { signal } = new AbortController();
    while (
      await runNext(
        deps,
        new Map([[retentionJob.kind, retentionJob as unknown as JobDefinition]]),
        [retentionJob.kind],
        signal,
      )
    );
    const left = await db.select().from(connectionEvent);
    expect(
      [ada, bo].map(({ subjectId }) => left.filter((row) => row.subjectId === subjectId).length),
    ).toEqual([1, 2]);
    const events = await db
      .select()
      .from(auditEvent)
      .where(eq(auditEvent.action, 'retention.expired'));
    expect(
      [ada, bo].map(({ subjectId }) => events.filter((row) => row.subjectId === subjectId).length),
    ).toEqual([1, 0]);
    const [next] = await db.select().from(job).where(eq(job.kind, retentionJob.kind));
    expect(next?.state).toBe('ready');
    expect((next?.runAt.getTime() ?? 0) - now.getTime()).toBeGreaterThan(0);
  });

  test('is queued once, however many processes start', async ({ connection }) => {
    for (let starts = 0; starts < 3; starts++)
      await connection.db.transaction((tx) => scheduleAll(tx, now));
    expect(await connection.db.$count(job, eq(job.kind, 'retention.daily'))).toBe(1);
  });

  test('has a statement for every table that promises a date', async ({ connection }) => {
    for (const table of expiringTables)
      expect(await countExpired(connection.db, { table, now })).toBe(0);
    expect(expiringTables.length).toBeGreaterThan(30);
  });
});
