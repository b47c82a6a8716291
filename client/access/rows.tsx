import { useIntl } from 'react-intl';
import { countryName, formatDate } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { Fact, Facts, type Provenance } from '../ui/facts.tsx';
import { Table } from '../ui/table.tsx';
import { retentionWords } from './retention-text.ts';
import { type DataColumn, type DataTable, Value } from './value.tsx';

const text = defineMessages({
  deleteOn: { id: 'rows.deleteOn', defaultMessage: 'Deletes on' },
  withAccount: { id: 'rows.withAccount', defaultMessage: 'With your account' },
});

type RowsProps = { table: Pick<DataTable, 'title' | 'columns' | 'rows' | 'retention'> };

/** The rows of a table, each with the day on which it goes. */
export function RowsTable({ table }: RowsProps) {
  const intl = useIntl();
  const columns = table.columns.map((column, index) => ({
    key: column.key,
    head: column.label,
    numeric: column.format === 'number',
    cell: (row: DataTable['rows'][number]) => <Value column={column} value={row.values[index]} />,
  }));
  const last = {
    key: 'deleteOn',
    head: intl.formatMessage(text.deleteOn),
    cell: (row: DataTable['rows'][number]) =>
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
export function RowFacts({ table, row }: RowsProps & { row: DataTable['rows'][number] }) {
  const intl = useIntl();
  const deletes =
    row.deleteOn === null ? retentionWords(intl, table.retention) : formatDate(row.deleteOn);
  return (
    <Facts>
      {table.columns.map((column, index) => {
        const value = row.values[index];
        const absent = value === null || value === undefined || value === '';
        return (
          <Fact
            key={column.key}
            name={column.label}
            value={absent ? null : <Value column={column} value={value} />}
            provenance={provenanceOf(column, deletes)}
          />
        );
      })}
    </Facts>
  );
}

/** What the map says of a column, as the strip under a fact shows it. */
export function provenanceOf(
  column: Pick<DataColumn, 'source' | 'purposes' | 'recipients'>,
  deletes: string,
): Provenance {
  const bases = [...new Set(column.purposes.map(({ basis }) => basis))];
  return {
    source: column.source,
    purpose: column.purposes.map((purpose) => purpose.text).join('; '),
    basis: bases.join(', '),
    recipients: column.recipients.map(({ name, country, safeguard }) => ({
      name,
      country: countryName(country),
      safeguard,
    })),
    deletes,
  };
}
