import { type SQL, sql } from 'drizzle-orm';
import type { Db, Tx } from '../connect.ts';
import type { Period } from './define.ts';
import { hasKeep, list, nameOf } from './erase.ts';
import { notHeld, notHeldWhole } from './held.ts';
import {
  columnOf,
  type MapTable,
  subjectTables,
  type TableName,
  type UnlinkedTable,
  unlinkedTables,
} from './index.ts';
import { accountingPeriods, keepEnds } from './keeps.ts';

type ExpiringTable = MapTable | UnlinkedTable;

/**
 * Tables whose rows have a date to go, in the order of the run: rows of a keep before its key, so that
 * no run leaves something sealed under a key that is gone.
 */
export const expiringTables: readonly ExpiringTable[] = [
  ...subjectTables,
  ...unlinkedTables,
].filter(({ retention }) => retention !== 'account' && retention !== 'permanent');

/**
 * Condition on rows `t` of a table: their delete-on date has come. Says in SQL what `deleteOn` says for
 * one row; a test compares the two.
 *
 * A row whose account was erased belongs to a keep and goes with it; one that counts by the country of a
 * person needs the account for it, and where there is neither, the longest period of the list holds.
 */
export function expired(table: ExpiringTable, now: Date): SQL {
  const { retention } = table;
  if (typeof retention === 'string') return sql`false`;
  const from = sql`t.${sql.identifier(columnOf(table, retention.from).sqlName)}`;
  if (table.name === 'keepKey') return sql`(${periodOver(from, 'P0D', now)} and ${noRowOfKeep()})`;
  if ('period' in retention) return periodOver(from, retention.period, now);
  if (!isSubjectTable(table))
    throw new TypeError(`${table.name}: a statutory period needs a subject`);
  if (retention.statutory !== 'accounting_records')
    return periodOver(from, fixedPeriod(retention.statutory), now);
  const country = sql`(select a.country from account as a where a.subject_id = t.${subjectColumn(table)})`;
  const byCountry = Object.values(accountingPeriods.byCountry).map(
    (law) => sql`when ${law.country} then ${statutoryOver(from, law, now)}`,
  );
  const whileLinked = sql`case ${country} ${sql.join(byCountry, sql` `)} else ${statutoryOver(from, accountingPeriods.otherwise, now)} end`;
  if (!hasKeep(table)) return whileLinked;
  return sql`case when t.keep_id is null then ${whileLinked}
    else not exists (select 1 from keep_key as k where k.id = t.keep_id and k.ends_at > ${at(now)}) end`;
}

/** What a batch removed. Tables without a subject have one entry, for nobody. */
export type ExpiredRows = {
  table: TableName;
  title: string;
  bySubject: Map<string | null, number>;
  rows: number;
};

/** Deletes up to `limit` rows of a table whose date has come and which no hold protects. */
export async function deleteExpired(
  tx: Tx,
  { table, now, limit }: { table: ExpiringTable; now: Date; limit: number },
): Promise<ExpiredRows> {
  if (table.name === 'auditEvent') return expireAudit(tx, table, limit);
  const keys = table.primaryKey.map((key) => sql.identifier(columnOf(table, key).sqlName));
  const subject = isSubjectTable(table) ? sql`t.${subjectColumn(table)}::text` : sql`null::text`;
  const rows = await tx.execute<{ subject: string | null; n: string }>(sql`
    with batch as (select ${list(keys.map((key) => sql`t.${key}`))} from ${nameOf(table)} as t where ${due(table, now)} limit ${limit}),
    gone as (delete from ${nameOf(table)} as t using batch
      where (${list(keys.map((key) => sql`t.${key}`))}) = (${list(keys.map((key) => sql`batch.${key}`))})
      returning ${subject} as subject)
    select subject, count(*) as n from gone group by subject`);
  const bySubject = new Map(rows.map((row) => [row.subject, Number(row.n)]));
  return {
    table: table.name,
    title: table.title,
    bySubject,
    rows: [...bySubject.values()].reduce((a, b) => a + b, 0),
  };
}

/** The log may be shortened by one function of the database only, which knows its own clock and period. */
async function expireAudit(tx: Tx, table: ExpiringTable, limit: number): Promise<ExpiredRows> {
  const [row] = await tx.execute<{ n: string }>(sql`select expire_audit_events(${limit}) as n`);
  const rows = Number(row?.n ?? 0);
  return {
    table: table.name,
    title: table.title,
    bySubject: new Map(rows > 0 ? [[null, rows]] : []),
    rows,
  };
}

/** How many rows of a table a run would delete now. */
export async function countExpired(
  tx: Tx | Db,
  { table, now }: { table: ExpiringTable; now: Date },
): Promise<number> {
  const [row] = await tx.execute<{ n: string }>(
    sql`select count(*) as n from ${nameOf(table)} as t where ${expired(table, now)} and ${isSubjectTable(table) ? notHeldWhole(table, now) : sql`true`}`,
  );
  return Number(row?.n ?? 0);
}

function due(table: ExpiringTable, now: Date): SQL {
  return isSubjectTable(table)
    ? sql`${expired(table, now)} and ${notHeld(table, now)}`
    : expired(table, now);
}

/**
 * `from + period <= now`. The first comparison is coarser by a few days and names the bare column, so
 * that partitions and indexes can be used.
 */
function periodOver(from: SQL, period: Period, now: Date): SQL {
  const slackDays = 4;
  const coarse = new Date(subtract(now, period).getTime() + slackDays * 86_400_000);
  return sql`(${from} <= ${at(coarse)} and ${from} + ${period}::interval <= ${at(now)})`;
}

/** A hold may let rows outlive the end of their keep; then its key stays with them. */
function noRowOfKeep(): SQL {
  const uses = subjectTables
    .filter(hasKeep)
    .map((table) => sql`not exists (select 1 from ${nameOf(table)} as r where r.keep_id = t.id)`);
  return sql.join(uses, sql` and `);
}

function statutoryOver(from: SQL, law: { period: Period; fromYearEnd: boolean }, now: Date): SQL {
  const start = law.fromYearEnd ? sql`(date_trunc('year', ${from}) + interval '1 year')` : from;
  return sql`(${start} + ${law.period}::interval <= ${at(now)})`;
}

/** The period of a ground that is the same everywhere, read from the one place that states it. */
function fixedPeriod(ground: 'request_records' | 'consent_proof' | 'access_records'): Period {
  const start = new Date(0);
  const end = keepEnds(ground, start, '');
  return `P${(end.getUTCFullYear() - 1970) * 12 + end.getUTCMonth()}M`;
}

/** The moment a period before `now`, to within the days that months differ by. */
function subtract(now: Date, period: Period): Date {
  const match = /^P(\d+)([DMY])$/.exec(period);
  if (!match) throw new RangeError(`not a period of one unit: ${period}`);
  const count = Number(match[1]);
  if (match[2] === 'D') return new Date(now.getTime() - count * 86_400_000);
  const result = new Date(now);
  result.setUTCDate(1);
  result.setUTCMonth(result.getUTCMonth() - (match[2] === 'Y' ? count * 12 : count));
  result.setUTCDate(Math.min(now.getUTCDate(), 28));
  return result;
}

function isSubjectTable(table: ExpiringTable): table is MapTable {
  return 'subject' in table;
}

function subjectColumn(table: MapTable) {
  return sql.identifier(columnOf(table, table.subject).sqlName);
}

function at(date: Date): SQL {
  return sql`${date.toISOString()}::timestamptz`;
}
