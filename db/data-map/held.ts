import { type SQL, sql } from 'drizzle-orm';
import type { Db, Tx } from '../connect.ts';
import type { Sealed } from '../schema/column.ts';
import type { HoldGround } from '../schema/hold.ts';
import { columnOf, type MapTable, subjectTables, type TableName } from './index.ts';

/** A copy holds rows of every table: to hold one would be to hold a whole person. */
const neverHeld: ReadonlySet<TableName> = new Set<TableName>(['exportArchive', 'legalHold']);

/** Tables with rows that a hold can name: what *Your data* shows, but copies and holds themselves. */
export const holdableTables: readonly MapTable[] = subjectTables.filter(
  ({ name, columns }) => !neverHeld.has(name) && columns.some(({ kind }) => kind === 'personal'),
);

/** Condition on holds `h`: approved, not released, and their end has not come. */
function binds(now: Date): SQL {
  return sql`h.approved_at is not null and h.released_at is null and h.ends_at > ${now.toISOString()}::timestamptz`;
}

/**
 * Condition on rows `t` of a table: no legal hold is on them. A hold names one row by its id, or, for
 * want of one, all rows of the subject in the table; it binds from its approval until it is released or
 * its end has come.
 */
export function notHeld(table: MapTable, now: Date): SQL {
  const subject = sql.identifier(columnOf(table, table.subject).sqlName);
  const row = hasRowId(table) ? sql`(h.row_id is null or h.row_id = t.id)` : sql`true`;
  return sql`not exists (
    select 1 from legal_hold as h
    where h.subject_id = t.${subject} and h.table_name = ${table.sqlName} and ${binds(now)} and ${row})`;
}

/** Whether rows of a table have an id of their own by which a hold can name one. */
export function hasRowId(table: Pick<MapTable, 'columns'>): boolean {
  return table.columns.some(({ sqlName, sqlType }) => sqlName === 'id' && sqlType === 'uuid');
}

/** Whether a hold on this table, or on one row of it, would keep anything that is there. */
export async function holdFinds(
  tx: Tx | Db,
  { table, subjectId, rowId }: { table: MapTable; subjectId: string; rowId: string | null },
): Promise<boolean> {
  if (rowId !== null && !hasRowId(table)) return false;
  const row = rowId === null ? sql`true` : sql`t.id = ${rowId}::uuid`;
  const [found] = await tx.execute<{ yes: boolean }>(sql`
    select exists (select 1 from ${sql.identifier(table.sqlName)} as t
      where t.${sql.identifier(columnOf(table, table.subject).sqlName)} = ${subjectId}::uuid and ${row}) as yes`);
  return found?.yes ?? false;
}

/** A hold that binds now, as the person sees it. */
export type ActiveHold = {
  id: string;
  table: TableName;
  title: string;
  ground: HoldGround;
  note: Sealed | null;
  placedAt: Date;
  endsAt: Date;
  /** Under a legal bar: when the person may know of it. */
  noticeFrom: Date | null;
  rowId: string | null;
};

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
    ends_at: string;
    notice_from: string | null;
    row_id: string | null;
  }>(sql`
    select id, table_name, ground, note, placed_at::text, ends_at::text, notice_from::text, row_id
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
        endsAt: new Date(row.ends_at),
        noticeFrom: row.notice_from === null ? null : new Date(row.notice_from),
        rowId: row.row_id,
      },
    ];
  });
}

/** Whether the person may know of a hold by now. */
export function isTold({ noticeFrom }: Pick<ActiveHold, 'noticeFrom'>, now: Date): boolean {
  return noticeFrom === null || noticeFrom <= now;
}
