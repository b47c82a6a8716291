import { type SQL, sql } from 'drizzle-orm';
import type { Db, Tx } from '../connect.ts';
import { columnOf, type MapTable, subjectTables } from './index.ts';

/**
 * Condition on rows `t` of a table: no legal hold is on them. A hold names one row by its id, or, for
 * want of one, all rows of the subject in the table; it ends when it is released or its end has come.
 */
export function notHeld(table: MapTable, now: Date): SQL {
  const subject = sql.identifier(columnOf(table, table.subject).sqlName);
  const hasId = table.columns.some(
    (column) => column.sqlName === 'id' && column.sqlType === 'uuid',
  );
  const row = hasId ? sql`(h.row_id is null or h.row_id = t.id)` : sql`true`;
  return sql`not exists (
    select 1 from legal_hold as h
    where h.subject_id = t.${subject} and h.table_name = ${table.sqlName}
      and h.released_at is null and h.ends_at > ${now.toISOString()}::timestamptz and ${row})`;
}

/** A hold as the person sees it. */
export type ActiveHold = {
  table: string;
  title: string;
  ground: string;
  endsAt: Date;
  oneRow: boolean;
};

/** Holds that stop something of the subject from being erased now. */
export async function activeHolds(
  tx: Tx | Db,
  { subjectId, now }: { subjectId: string; now: Date },
): Promise<ActiveHold[]> {
  const rows = await tx.execute<{
    table_name: string;
    ground: string;
    ends_at: string;
    one_row: boolean;
  }>(sql`
    select table_name, ground, ends_at::text, row_id is not null as one_row from legal_hold
    where subject_id = ${subjectId}::uuid and released_at is null and ends_at > ${now.toISOString()}::timestamptz
    order by placed_at, id`);
  return rows.flatMap((row) => {
    const table = subjectTables.find(({ sqlName }) => sqlName === row.table_name);
    if (!table) return [];
    return [
      {
        table: table.name,
        title: table.title,
        ground: row.ground,
        endsAt: new Date(row.ends_at),
        oneRow: row.one_row,
      },
    ];
  });
}
