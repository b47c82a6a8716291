import { sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { subjectTables } from '../../db/data-map/index.ts';
import { addPeriod } from '../../db/data-map/keeps.ts';
import { partitionedTables } from '../../db/schema/partitions.ts';
import { recordAudit } from '../audit/record.ts';
import type { Vault } from '../crypto/vault.ts';

/** Months for which partitions exist ahead of time. */
const MONTHS_AHEAD = 2;

/** Partitions for the months to come: without them nothing could be written on the first of a month. */
export async function prepareMonths(tx: Tx, now: Date): Promise<void> {
  for (const { table } of partitionedTables) {
    for (let ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
      await tx.execute(sql`select ensure_month(${table}, ${dayOf(monthAfter(now, ahead))}::date)`);
    }
  }
}

/**
 * Drops months whose rows were all due and are all gone. A row that is held, still runs or has a date of
 * its own keeps its month; the database proves that there is none before it drops. What was in the month
 * stands in the log of each person since the run that deleted it; the drop itself has one event.
 *
 * @returns the partitions dropped
 */
export async function dropEmptyMonths(
  tx: Tx,
  vault: Vault,
  { now, requestId }: { now: Date; requestId: string },
): Promise<string[]> {
  const dropped: string[] = [];
  const busy = new Set<string>();
  for (const { table, column, month } of await pastMonths(tx, now)) {
    if (busy.has(table)) continue;
    // Asked without a lock first: a month with rows costs nobody a wait.
    const [row] = await tx.execute<{ filled: boolean }>(sql`
      select exists (select 1 from ${sql.identifier(table)}
        where ${sql.identifier(column)} >= ${month.toISOString()}::timestamptz
          and ${sql.identifier(column)} < ${monthAfter(month, 1).toISOString()}::timestamptz) as filled`);
    if (row?.filled !== false) continue;
    const [done] = await tx.execute<{ dropped: boolean }>(
      sql`select drop_empty_month(${table}, ${dayOf(month)}::date) as dropped`,
    );
    if (done?.dropped) dropped.push(`${table}_${dayOf(month).slice(0, 7).replace('-', '_')}`);
    // Somebody reads the table, and others would queue behind our lock: tomorrow is early enough.
    else busy.add(table);
  }
  if (dropped.length > 0) {
    await recordAudit(tx, vault, {
      action: 'retention.expired',
      actor: { kind: 'system', job: 'retention.daily' },
      subjectId: null,
      purpose: 'accountability',
      reference: `empty months: ${dropped.join(' ')}`,
      requestId,
      now,
    });
  }
  return dropped;
}

type Month = { table: string; column: string; month: Date };

/** Months that exist and in which the last row was due at the latest by now. */
async function pastMonths(tx: Tx, now: Date): Promise<Month[]> {
  const past: Month[] = [];
  for (const { table, column } of partitionedTables) {
    const entry = subjectTables.find(({ sqlName }) => sqlName === table);
    if (!entry || typeof entry.retention === 'string' || !('period' in entry.retention)) continue;
    const parts = await tx.execute<{ name: string }>(sql`
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
