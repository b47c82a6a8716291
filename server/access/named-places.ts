import { type MapTable, subjectTables } from '../../db/data-map/index.ts';
import { type ViewRow, visibleColumns } from '../../db/data-map/view.ts';

/** Columns whose values name a table of the database, and columns of it. */
const places: Record<string, { table: string; columns?: string }> = {
  disclosure: { table: 'tableName', columns: 'columnNames' },
  legalHold: { table: 'tableName' },
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
      return index === columnsAt && Array.isArray(value) ? value.map(label) : value;
    });
    return { ...row, values };
  });
}
