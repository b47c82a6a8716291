import { type MapTable, subjectTables } from '../../db/data-map/index.ts';
import { type ViewRow, visibleColumns } from '../../db/data-map/view.ts';

/** Columns whose values name a table of the database, and columns of it. */
const places: Record<string, { table: string; columns?: string }> = {
  disclosure: { table: 'tableName', columns: 'columnNames' },
  heldValue: { table: 'tableName', columns: 'field' },
  legalHold: { table: 'tableName', columns: 'fields' },
};

/** Rows that say where data stands, in the words the map has for it; a place it no longer has, as it was written. */
export function withNamedPlaces(table: MapTable, rows: readonly ViewRow[]): ViewRow[] {
  const place = places[table.name];
  if (!place) return [...rows];
  const visible = visibleColumns(table);
  const at = (key: string | undefined) => visible.findIndex((column) => column.key === key);
  const [tableAt, columnsAt] = [at(place.table), at(place.columns)];
  return rows.map((row) => {
    const named = subjectTables.find(({ sqlName }) => sqlName === row.values[tableAt]);
    if (!named) return row;
    const label = (sqlName: string) =>
      named.columns.find((column) => column.sqlName === sqlName)?.label ?? sqlName;
    const values = row.values.map((value, index) => {
      if (index === tableAt) return named.title;
      if (index !== columnsAt) return value;
      if (Array.isArray(value)) return value.map(label);
      return typeof value === 'string' ? label(value) : value;
    });
    return { ...row, values };
  });
}
