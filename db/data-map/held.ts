import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Db, Tx } from '../connect.ts';
import type { Sealed } from '../schema/column.ts';
import type { HoldGround } from '../schema/hold.ts';
import { columnOf, type MapColumn, type MapTable, subjectTables, type TableName } from './index.ts';

/**
 * A copy holds rows of every table: to hold one would be to hold a whole person. And what somebody signs in
 * with goes when they sign out, renew or remove it: a hold on it would promise what it cannot keep.
 */
const neverHeld: ReadonlySet<TableName> = new Set<TableName>([
  'exportArchive',
  'heldValue',
  'legalHold',
  'factorGuard',
  'mailToken',
  'passkey',
  'passwordCredential',
  'recoveryCode',
  'session',
  'totpFactor',
]);

/** Tables with rows that a hold can name: what *Your data* shows, but copies, holds themselves and what one signs in with. */
export const holdableTables: readonly MapTable[] = subjectTables.filter(
  ({ name, columns }) => !neverHeld.has(name) && columns.some(({ kind }) => kind === 'personal'),
);

/** Condition on holds `h`: approved, not released, and their end has not come. */
function binds(now: Date): SQL {
  return sql`h.approved_at is not null and h.released_at is null and h.ends_at > ${now.toISOString()}::timestamptz`;
}

/**
 * Condition on rows `t` of a table: no legal hold is in the way of their going. A hold names one row by its
 * id, or, for want of one, all rows of the subject in the table; it binds from its approval until it is
 * released or its end has come. One on single fields lets a row go once what it holds of it is set aside;
 * what was set aside stays while its hold binds.
 */
export function notHeld(table: MapTable, now: Date): SQL {
  if (table.name === 'heldValue')
    return sql`not exists (select 1 from legal_hold as h where h.id = t.hold_id and ${binds(now)})`;
  return noHold(table, sql`${binds(now)} and ${holdsMore(table)}`);
}

/** The same for rows of which everything that can be is set aside: no hold is on the whole of them. */
export function notHeldWhole(table: MapTable, now: Date): SQL {
  if (table.name === 'heldValue') return notHeld(table, now);
  return noHold(table, sql`${binds(now)} and h.fields is null`);
}

/** Condition on rows `t`: no hold `h` on them meets another condition. */
function noHold(table: MapTable, which: SQL): SQL {
  return sql`not exists (
    select 1 from legal_hold as h where ${isOn(table)} and ${isOfRow(table)} and ${which})`;
}

/** Whether rows of a table have an id of their own by which a hold can name one. */
export function hasRowId(table: Pick<MapTable, 'columns'>): boolean {
  return table.columns.some(({ sqlName, sqlType }) => sqlName === 'id' && sqlType === 'uuid');
}

/** Whether one entry of a table can be chosen and held: its rows have an id, which ends what they are sorted by. */
export function oneCanBeHeld(table: Pick<MapTable, 'columns' | 'primaryKey'>): boolean {
  return hasRowId(table) && table.primaryKey.at(-1) === 'id';
}

/** By what a value that is set aside names its row: its id, or its subject where a subject has one row. */
function rowKey(table: MapTable): ReturnType<typeof sql.identifier> | null {
  if (hasRowId(table)) return sql.identifier('id');
  const one = table.primaryKey.length === 1 && table.primaryKey[0] === table.subject;
  return one ? sql.identifier(columnOf(table, table.subject).sqlName) : null;
}

/**
 * Columns that a hold can name for themselves: what is the person's, in a table whose rows can be named. The
 * log of acts is shortened by the database alone, which knows whole rows only.
 */
export function holdableFields(table: MapTable): readonly MapColumn[] {
  if (rowKey(table) === null || table.name === 'auditEvent') return [];
  return table.columns.filter(({ kind }) => kind === 'personal' || kind === 'pseudonymous');
}

/** What of the subject's a hold is on. `fields`: column names in the database, or null for whole rows. */
export type HoldScope = {
  table: MapTable;
  subjectId: string;
  rowId: string | null;
  fields: readonly string[] | null;
};

/** Whether a hold of this scope would keep anything that is there, or that is set aside of it. */
export async function holdFinds(
  tx: Tx | Db,
  { table, subjectId, rowId, fields }: HoldScope,
): Promise<boolean> {
  if (rowId !== null && !hasRowId(table)) return false;
  const row = rowId === null ? sql`true` : sql`t.id = ${rowId}::uuid`;
  const filled = fields
    ? sql.join(
        fields.map((field) => sql`t.${sql.identifier(field)} is not null`),
        sql` or `,
      )
    : sql`true`;
  const [found] = await tx.execute<{ yes: boolean }>(sql`
    select exists (select 1 from ${sql.identifier(table.sqlName)} as t
      where t.${sql.identifier(columnOf(table, table.subject).sqlName)} = ${subjectId}::uuid and ${row} and (${filled}))
    or exists (select 1 from held_value as v where v.subject_id = ${subjectId}::uuid and v.table_name = ${table.sqlName}
      and ${rowId === null ? sql`true` : sql`v.row_id = ${rowId}::uuid`}
      and ${fields ? sql`v.field in ${[...fields]}` : sql`true`}) as yes`);
  return found?.yes ?? false;
}

/** Tables with rows of which a hold that binds now keeps single fields. */
export async function tablesHeldByField(tx: Tx | Db, now: Date): Promise<ReadonlySet<string>> {
  const rows = await tx.execute<{ name: string }>(
    sql`select distinct h.table_name as name from legal_hold as h where h.fields is not null and ${binds(now)}`,
  );
  return new Set(rows.map(({ name }) => name));
}

/** A value that a hold keeps, still where it is. Sealed under its row's key where the map says so. */
export type HeldField = {
  holdId: string;
  subjectId: string;
  rowId: string;
  /** Name of the column in the database. */
  field: string;
  value: string;
  keptUntil: Date;
  /** Of a row that a law keeps: whose key seals it. */
  keepId: string | null;
};

/**
 * Up to `limit` values of the rows `t` that meet a condition, which a hold keeps and nobody has set aside.
 * Their holds are locked against a release: it deletes what was set aside, and has to see all of it.
 */
export async function fieldsToSetAside(
  tx: Tx,
  { table, rows, now, limit }: { table: MapTable; rows: SQL; now: Date; limit: number },
): Promise<HeldField[]> {
  const key = rowKey(table);
  if (!key) return [];
  const keep = table.columns.some(({ sqlName }) => sqlName === 'keep_id')
    ? sql`t.keep_id::text`
    : sql`null::text`;
  const found = await tx.execute<{
    hold_id: string;
    subject_id: string;
    row_id: string;
    field: string;
    value: string;
    kept_until: string;
    keep_id: string | null;
  }>(sql`
    select h.id as hold_id, h.subject_id, t.${key} as row_id, f.name as field, to_jsonb(t) ->> f.name as value,
      h.ends_at::text as kept_until, ${keep} as keep_id
    from legal_hold as h
      join ${sql.identifier(table.sqlName)} as t on ${isOn(table)} and ${isOfRow(table)}
      cross join lateral unnest(h.fields) as f (name)
    where ${binds(now)} and ${rows} and ${notSetAside(key)}
    limit ${limit} for share of h`);
  return found.map((row) => ({
    holdId: row.hold_id,
    subjectId: row.subject_id,
    rowId: row.row_id,
    field: row.field,
    value: row.value,
    keptUntil: new Date(row.kept_until),
    keepId: row.keep_id,
  }));
}

function isOn(table: MapTable): SQL {
  const subject = sql.identifier(columnOf(table, table.subject).sqlName);
  return sql`h.subject_id = t.${subject} and h.table_name = ${table.sqlName}`;
}

/** Condition on a hold `h` on the table of a row `t`: it is on that row, or on all. */
function isOfRow(table: MapTable): SQL {
  return hasRowId(table) ? sql`(h.row_id is null or h.row_id = t.id)` : sql`true`;
}

/** Condition on a hold `h` of a row `t`: it keeps the row itself, or a field that is nowhere else yet. */
function holdsMore(table: MapTable): SQL {
  const key = rowKey(table);
  if (!key) return sql`true`;
  return sql`(h.fields is null or exists (
    select 1 from unnest(h.fields) as f (name) where ${notSetAside(key)}))`;
}

/** Condition on a field `f` of a row `t` that `h` holds: it has a value, and that is not set aside. */
function notSetAside(key: ReturnType<typeof sql.identifier>): SQL {
  return sql`to_jsonb(t) ->> f.name is not null and not exists (
    select 1 from held_value as v where v.hold_id = h.id and v.row_id = t.${key} and v.field = f.name)`;
}

/** A hold that binds now, as the person sees it. */
export type ActiveHold = {
  id: string;
  table: TableName;
  title: string;
  ground: HoldGround;
  note: Sealed | null;
  placedAt: Date;
  /** From when it binds. */
  approvedAt: Date;
  endsAt: Date;
  /** Under a legal bar: when the person may know of it. */
  noticeFrom: Date | null;
  rowId: string | null;
  /** Column names in the database, or null for whole rows. */
  fields: readonly string[] | null;
};

/** Condition on a subject's column: a legal hold binds something of them now. */
export function isHeld(subject: SQLWrapper, now: Date): SQL {
  return sql`exists (select 1 from legal_hold as h where h.subject_id = ${subject} and ${binds(now)})`;
}

/** Holds that stop something of the subject from being erased now. */
export async function activeHolds(
  tx: Tx | Db,
  { subjectId, now }: { subjectId: string; now: Date },
): Promise<ActiveHold[]> {
  const rows = await tx.execute<{
    id: string;
    table_name: string;
    ground: HoldGround;
    note: Sealed | null;
    placed_at: string;
    approved_at: string;
    ends_at: string;
    notice_from: string | null;
    row_id: string | null;
    fields: string[] | null;
  }>(sql`
    select id, table_name, ground, note, placed_at::text, approved_at::text, ends_at::text, notice_from::text, row_id, fields
    from legal_hold as h where subject_id = ${subjectId}::uuid and ${binds(now)}
    order by placed_at, id`);
  return rows.flatMap((row) => {
    const table = subjectTables.find(({ sqlName }) => sqlName === row.table_name);
    if (!table) return [];
    return [
      {
        id: row.id,
        table: table.name,
        title: table.title,
        ground: row.ground,
        note: row.note,
        placedAt: new Date(row.placed_at),
        approvedAt: new Date(row.approved_at),
        endsAt: new Date(row.ends_at),
        noticeFrom: row.notice_from === null ? null : new Date(row.notice_from),
        rowId: row.row_id,
        fields: row.fields,
      },
    ];
  });
}

/** Fields of a hold in the map's words. */
export function fieldLabels(table: MapTable, fields: readonly string[] | null): string[] {
  return (fields ?? []).map(
    (field) => table.columns.find(({ sqlName }) => sqlName === field)?.label ?? field,
  );
}

/** Whether the person may know of a hold by now. */
export function isTold({ noticeFrom }: Pick<ActiveHold, 'noticeFrom'>, now: Date): boolean {
  return noticeFrom === null || noticeFrom <= now;
}
