import { useIntl } from 'react-intl';
import { formatDate } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { Fact, Facts } from '../ui/facts.tsx';
import { Table } from '../ui/table.tsx';
import { provenanceOf } from './provenance.ts';
import { retentionWords } from './retention-text.ts';
import { type DataRow, type DataTable, headOf, isAbsent, Value, valueIn } from './value.tsx';

const text = defineMessages({
  deleteOn: { id: 'rows.deleteOn', defaultMessage: 'Deletion' },
  on: { id: 'rows.on', defaultMessage: 'on {date}' },
  withAccount: { id: 'rows.withAccount', defaultMessage: 'With your account' },
});

type RowsProps = { table: Pick<DataTable, 'name' | 'title' | 'columns' | 'rows' | 'retention'> };

/** The rows of a table, each with the day on which it goes. */
export function RowsTable({ table }: RowsProps) {
  const intl = useIntl();
  const columns = table.columns.map((column, index) => ({
    key: column.key,
    head: headOf(intl, { table, column }),
    numeric: column.format === 'number',
    rowHead: index === 0,
    cell: (row: DataRow) => <Value table={table} column={column} row={row} />,
  }));
  const last = {
    key: 'deleteOn',
    head: intl.formatMessage(text.deleteOn),
    cell: (row: DataRow) =>
      row.deleteOn === null ? intl.formatMessage(text.withAccount) : formatDate(row.deleteOn),
  };
  return (
    <Table
      caption={table.title}
      captionHidden
      columns={[...columns, last]}
      rows={table.rows}
      rowKey={(row) => row.key}
    />
  );
}

/** One row as a list of facts, each with where it comes from, why it is held, who receives it, when it goes. */
export function RowFacts({ table, row }: RowsProps & { row: DataRow }) {
  const intl = useIntl();
  const deletes =
    row.deleteOn === null
      ? retentionWords(intl, table.retention)
      : intl.formatMessage(text.on, { date: formatDate(row.deleteOn) });
  return (
    <Facts>
      {table.columns.map((column) => (
        <Fact
          key={column.key}
          name={headOf(intl, { table, column })}
          value={
            // "Not provided" is said of what a person could provide; of the rest, that there is none.
            column.selfEditable && isAbsent(valueIn({ table, row, key: column.key })) ? null : (
              <Value table={table} column={column} row={row} />
            )
          }
          provenance={provenanceOf(column, deletes)}
        />
      ))}
    </Facts>
  );
}
