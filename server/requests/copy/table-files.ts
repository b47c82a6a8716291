import { stringify } from 'csv-stringify/sync';
import type { MapTable } from '../../../db/data-map/index.ts';
import { type Value, visibleColumns } from '../../../db/data-map/view.ts';
import { csvCell } from '../../access/csv-cell.ts';

type Batches = AsyncIterable<Value[][]>;

/** A table as a JSON array with one object in each line, by the keys of the data map. */
export async function* jsonText(table: MapTable, batches: Batches): AsyncGenerator<string> {
  const names = visibleColumns(table).map(({ key }) => `${JSON.stringify(key)}:`);
  let separator = '\n';
  yield '[';
  for await (const rows of batches) {
    const lines = rows.map(
      (row) => `{${row.map((value, index) => names[index] + JSON.stringify(value)).join(',')}}`,
    );
    yield separator + lines.join(',\n');
    separator = ',\n';
  }
  yield '\n]\n';
}

/**
 * A table as CSV (RFC 4180) in UTF-8 with a byte order mark, which spreadsheets need. Text that a
 * spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection).
 */
export async function* csvText(table: MapTable, batches: Batches): AsyncGenerator<string> {
  yield stringify([visibleColumns(table).map(({ key }) => key)], {
    bom: true,
    record_delimiter: '\r\n',
  });
  for await (const rows of batches) {
    yield stringify(
      rows.map((row) => row.map(csvCell)),
      { record_delimiter: '\r\n' },
    );
  }
}
