import { and, eq, or, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Tx } from '../connect.ts';
import type { Sealed } from '../schema/column.ts';
import { deleteOn } from './delete-on.ts';
import { columnOf, type MapColumn, type MapTable } from './index.ts';
import { shownBy } from './shown.ts';

/** Counts above this are shown as "10,000+": counting a million rows is not a page view. */
export const COUNT_CAP = 10_000;

/** What a person sees of a column, once for the whole table. */
export type Value = string | number | boolean | null | readonly string[];

/** A row as its person sees it; `values` stand in the order of `visibleColumns`. */
export type ViewRow = { key: string; values: Value[]; deleteOn: Date | null };
export type ViewPage = { rows: ViewRow[]; next: string | null };

/** Opens a sealed value of one place, or answers null when its key is gone. */
export type Unseal = (place: `${string}.${string}`, text: Sealed) => string | null;

/** What a reader may see of a value; the person sees it as it is. */
export type Mask = (column: MapColumn, value: Value) => Value;
const asItIs: Mask = (_column, value) => value;

/** Columns that are about the person. Technical ones say nothing about anybody; secrets are never shown. */
export function visibleColumns(table: Pick<MapTable, 'columns'>): MapColumn[] {
  return table.columns.filter(({ kind }) => kind === 'personal' || kind === 'pseudonymous');
}

/** Columns a search looks into: text that is not sealed. */
export function searchableColumns(table: Pick<MapTable, 'columns'>): MapColumn[] {
  return visibleColumns(table).filter(
    ({ storage, sqlType }) =>
      storage === 'plain' && (sqlType === 'text' || sqlType.startsWith('char')),
  );
}

/** A cursor that was not handed out for this table. */
export class CursorError extends Error {
  override name = 'CursorError';
}

/**
 * One page of a subject's rows, newest first, by keyset: no page is slower than the first, and a row
 * that arrives meanwhile neither repeats nor hides another.
 *
 * @param limit rows of the page
 * @param search text looked for in the plain columns, without wildcards
 * @param mask for readers who are not the person
 * @throws {CursorError} when `cursor` belongs to another table or was altered
 */
export async function viewRows(
  tx: Tx,
  {
    table,
    subjectId,
    country,
    unseal,
    limit,
    cursor = null,
    search = null,
    mask = asItIs,
  }: {
    table: MapTable;
    subjectId: string;
    country: string;
    unseal: Unseal;
    mask?: Mask;
    limit: number;
    cursor?: string | null;
    search?: string | null;
  },
): Promise<ViewPage> {
  const shown = visibleColumns(table);
  const keys = sortKeys(table);
  const selection: Record<string, PgColumn | SQL> = Object.fromEntries(
    shown.map(({ key, column }) => [key, column]),
  );
  if (typeof table.retention !== 'string')
    selection[table.retention.from] = columnOf(table, table.retention.from).column;
  keys.forEach(({ expression }, index) => {
    selection[`sort_${index}`] = sql`${expression}::text`;
  });
  const found: Record<string, unknown>[] = await tx
    .select(selection)
    .from(table.table as PgTable)
    .where(
      and(
        eq(columnOf(table, table.subject).column, subjectId),
        shownAlready(table),
        cursor === null ? undefined : after(keys, readCursor(table, keys, cursor)),
        search === null ? undefined : matches(table, search),
      ),
    )
    .orderBy(...keys.map(({ expression }) => sql`${expression} desc`))
    .limit(limit + 1);
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return {
    rows: rows.map((row) => ({
      key: keys.map((_, index) => row[`sort_${index}`]).join('|'),
      values: shown.map((column) =>
        mask(column, wireValueOf(table, column, row[column.key], unseal)),
      ),
      deleteOn: deleteOn(table, row, country),
    })),
    next:
      found.length > limit && last
        ? writeCursor(
            table,
            keys.map((_, index) => String(last[`sort_${index}`])),
          )
        : null,
  };
}

/** How many rows of a subject a table holds, exact up to the cap; `cap + 1` means "more". */
export async function countRows(
  tx: Tx,
  {
    table,
    subjectId,
    cap = COUNT_CAP,
    search = null,
  }: { table: MapTable; subjectId: string; cap?: number; search?: string | null },
): Promise<number> {
  const subject = sql.identifier(columnOf(table, table.subject).sqlName);
  const wanted = search === null ? sql`` : sql` and ${matches(table, search)}`;
  const [row] = await tx.execute<{ count: number }>(sql`
    select count(*)::int as count from (
      select 1 from ${sql.identifier(table.sqlName)} where ${subject} = ${subjectId}::uuid and ${shownAlready(table) ?? sql`true`}${wanted} limit ${cap + 1}
    ) as capped`);
  return row?.count ?? 0;
}

/** Cleartext of one value as it goes over the wire. */
export function wireValueOf(
  table: Pick<MapTable, 'sqlName'>,
  column: MapColumn,
  value: unknown,
  unseal: Unseal,
): Value {
  if (value === null || value === undefined) return null;
  if (column.storage === 'sealed') {
    const place = `${table.sqlName}.${column.sqlName}` as const;
    const plain = unseal(place, value as Sealed);
    return plain && withoutMailedToken(place, plain);
  }
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (Array.isArray(value)) return value.map(String);
  return String(value);
}

/** A mailed link proves that somebody reads the mailbox: its token is nowhere else to be read. */
export function withoutMailedToken(place: string, plain: string): string {
  return place === 'outbound_mail.body_text' ? plain.replace(/#[A-Za-z0-9_-]{43}/g, '#…') : plain;
}

/** An event that a legal bar holds back is not shown before its time, here either. */
function shownAlready(table: MapTable): SQL | undefined {
  const shown = shownBy(table, table.sqlName, null);
  return shown === null ? undefined : sql.raw(shown);
}

type SortKey = { expression: SQL; cast: string };

/**
 * The table's order, then what is left of its primary key; the subject is the same in all rows. A
 * secret key sorts by its digest: rows' keys and cursors leave the server.
 */
function sortKeys(table: MapTable): SortKey[] {
  const rest = table.primaryKey.filter((key) => key !== table.subject && key !== table.order);
  return [table.order, ...rest].map((key) => {
    const { column, notNull, sqlType, kind } = columnOf(table, key);
    const cast = sqlType.replace(/\(.*\)/, '');
    if (kind === 'secret')
      return { cast, expression: sql`encode(sha256(convert_to(${column}, 'UTF8')), 'hex')` };
    return { cast, expression: notNull ? sql`${column}` : sql`coalesce(${column}, 'infinity')` };
  });
}

function after(keys: readonly SortKey[], values: readonly string[]): SQL {
  const left = sql.join(
    keys.map(({ expression }) => expression),
    sql`, `,
  );
  const right = sql.join(
    keys.map(({ cast }, index) => sql`${values[index]}::${sql.raw(cast)}`),
    sql`, `,
  );
  return sql`(${left}) < (${right})`;
}

function matches(table: MapTable, search: string): SQL {
  const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
  return (
    or(...searchableColumns(table).map(({ column }) => sql`${column} ilike ${pattern}`)) ??
    sql`false`
  );
}

function writeCursor(table: MapTable, values: readonly string[]): string {
  return Buffer.from(JSON.stringify([table.sqlName, ...values])).toString('base64url');
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const MOMENT = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,6})?\+00$/;
const INTEGER = /^(0|-?[1-9]\d{0,17})$/;
const integerBits: Record<string, number> = { smallint: 16, integer: 32, bigint: 64 };

/** Whether PostgreSQL can read `value` as the key's type: its own refusal would be an error of the server. */
function fits(cast: string, value: string): boolean {
  if (cast.startsWith('timestamp')) return value === 'infinity' || isMoment(value);
  if (cast === 'uuid') return UUID.test(value);
  const bits = integerBits[cast];
  if (bits) return INTEGER.test(value) && BigInt.asIntN(bits, BigInt(value)) === BigInt(value);
  return value.isWellFormed() && !value.includes('\u0000');
}

/** A moment as PostgreSQL writes it in UTC; one that the calendar does not have is none. */
function isMoment(value: string): boolean {
  const [, day, time] = MOMENT.exec(value) ?? [];
  const moment = new Date(`${day}T${time}Z`);
  // The calendar of PostgreSQL has no year 0.
  if (day?.startsWith('0000')) return false;
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(`${day}T${time}`);
}

function readCursor(table: MapTable, keys: readonly SortKey[], cursor: string): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw new CursorError('not a cursor');
  }
  if (!Array.isArray(parsed) || parsed.length !== keys.length + 1 || parsed[0] !== table.sqlName) {
    throw new CursorError('not a cursor of this table');
  }
  return keys.map(({ cast }, index) => {
    const value: unknown = parsed[index + 1];
    if (typeof value !== 'string' || !fits(cast, value)) throw new CursorError('not a cursor');
    return value;
  });
}
