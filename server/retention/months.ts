import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Db } from '../../db/connect.ts';
import { subjectTables } from '../../db/data-map/index.ts';
import { addPeriod } from '../../db/data-map/keeps.ts';
import { partitionedTables } from '../../db/schema/partitions.ts';
import { recordAudit } from '../audit/record.ts';
import type { Vault } from '../crypto/vault.ts';

/** Months for which partitions exist ahead of time. */
const MONTHS_AHEAD = 2;
/** Between two pages that read a table there is a moment in which nobody does. */
const TRIES = 5;
const PAUSE_MS = 20;

/** Partitions for the months to come: without them nothing could be written on the first of a month. */
export async function prepareMonths(db: Db, now: Date): Promise<void> {
  for (const { table } of partitionedTables) {
    for (let ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
      await db.execute(sql`select ensure_month(${table}, ${dayOf(monthAfter(now, ahead))}::date)`);
    }
  }
}

/** `dropped`: the partitions that went. `busy`: tables with one to drop that somebody used at that moment. */
export type DroppedMonths = { dropped: string[]; busy: string[] };

/**
 * Drops months whose rows were all due and are all gone. A row that is held, still runs or has a date of
 * its own keeps its month; the database proves that there is none before it drops. What was in the month
 * stands in the log of each person since the run that deleted it; each drop has one event, in its own
 * short transaction. No two tables are locked at once and no lock is waited for: readers are never in the
 * way, and never wait for more than one drop.
 */
export async function dropEmptyMonths(
  db: Db,
  vault: Vault,
  { now, requestId }: { now: Date; requestId: string },
): Promise<DroppedMonths> {
  const dropped: string[] = [];
  const busy = new Set<string>();
  for (const month of await pastMonths(db, now)) {
    if (busy.has(month.table)) continue;
    // Asked without a lock first: a month with rows costs nobody anything.
    if (await isFilled(db, month)) continue;
    const name = `${month.table}_${dayOf(month.month).slice(0, 7).replace('-', '_')}`;
    let done = false;
    for (let tries = 1; !done && tries <= TRIES; tries++) {
      if (tries > 1) await wait(PAUSE_MS);
      done = await dropMonth(db, vault, { ...month, name, now, requestId });
    }
    if (done) dropped.push(name);
    else busy.add(month.table);
  }
  return { dropped, busy: [...busy] };
}

/** False when the table is in use. The drop and its event commit together. */
function dropMonth(
  db: Db,
  vault: Vault,
  { table, month, name, now, requestId }: Month & { name: string; now: Date; requestId: string },
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [row] = await tx.execute<{ dropped: boolean }>(
      sql`select drop_empty_month(${table}, ${dayOf(month)}::date) as dropped`,
    );
    if (!row?.dropped) return false;
    await recordAudit(tx, vault, {
      action: 'retention.expired',
      actor: { kind: 'system', job: 'retention.months' },
      subjectId: null,
      purpose: 'accountability',
      reference: `empty month: ${name}`,
      requestId,
      now,
    });
    return true;
  });
}

async function isFilled(db: Db, { table, column, month }: Month): Promise<boolean> {
  const [row] = await db.execute<{ filled: boolean }>(sql`
    select exists (select 1 from ${sql.identifier(table)}
      where ${sql.identifier(column)} >= ${month.toISOString()}::timestamptz
        and ${sql.identifier(column)} < ${monthAfter(month, 1).toISOString()}::timestamptz) as filled`);
  return row?.filled !== false;
}

type Month = { table: string; column: string; month: Date };

/** Months that exist and in which the last row was due at the latest by now. */
async function pastMonths(db: Db, now: Date): Promise<Month[]> {
  const past: Month[] = [];
  for (const { table, column } of partitionedTables) {
    const entry = subjectTables.find(({ sqlName }) => sqlName === table);
    if (!entry || typeof entry.retention === 'string' || !('period' in entry.retention)) continue;
    const parts = await db.execute<{ name: string }>(sql`
      select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = ${table}::regclass order by 1`);
    for (const { name } of parts) {
      const [, year, number] = /_(\d{4})_(\d{2})$/.exec(name) ?? [];
      if (!year || !number) continue;
      const month = new Date(Date.UTC(Number(year), Number(number) - 1, 1));
      if (addPeriod(monthAfter(month, 1), entry.retention.period) <= now)
        past.push({ table, column, month });
    }
  }
  return past;
}

function monthAfter(at: Date, months: number): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months, 1));
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
