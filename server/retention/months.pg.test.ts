import { eq, sql } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { subjectTableNamed } from '../../db/data-map/index.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import { connectionEvent } from '../../db/schema/devices.ts';
import { legalHold } from '../../db/schema/hold.ts';
import { fillPerson } from '../testing/fill.ts';
import { testOfYears as test } from '../testing/pg.ts';
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
    const drop = () => db.transaction((tx) => dropEmptyMonths(tx, vault, run));
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
    expect(events.filter(({ reference }) => reference === `empty months: ${month}`)).toHaveLength(
      1,
    );
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
});
