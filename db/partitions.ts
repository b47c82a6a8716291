import type postgres from 'postgres';
import { partitionedTables } from './schema/partitions.ts';

type PartitionedTable = (typeof partitionedTables)[number]['table'];

const MONTHS_AHEAD = 3;

/** Makes the monthly partitions that rows between two moments need. Those that exist stay as they are. */
export async function ensurePartitions(
  sql: postgres.Sql,
  { from, to }: { from: Date; to: Date },
): Promise<void> {
  const first = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), 1));
  for (let month = first; month <= to; month = nextMonth(month)) {
    const day = month.toISOString().slice(0, 10);
    for (const { table } of partitionedTables) {
      await sql`select ensure_month(${table}, ${day}::date)`;
    }
  }
}

/** Makes the months of one table that rows at some moments need and that are not there yet. */
export async function ensureMonthsOf(
  sql: postgres.Sql,
  { table, moments }: { table: PartitionedTable; moments: readonly Date[] },
): Promise<void> {
  const days = [...new Set(moments.map((at) => `${at.toISOString().slice(0, 7)}-01`))];
  if (days.length === 0) return;
  const missing = await sql<{ day: string }[]>`
    select day from unnest(${days}::text[]) as day
    where to_regclass(${table} || to_char(day::date, '_YYYY_MM')) is null`;
  for (const { day } of missing) await sql`select ensure_month(${table}, ${day}::date)`;
}

/** The months that new rows will need: this one and the next three. */
export async function ensureMonths(sql: postgres.Sql, now: Date): Promise<void> {
  const to = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + MONTHS_AHEAD, 1));
  await ensurePartitions(sql, { from: now, to });
}

function nextMonth(month: Date): Date {
  return new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 1));
}
