import { Link } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { viewing } from '../lib/door.ts';
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
  review: { id: 'rows.review', defaultMessage: 'Your right' },
  askReview: { id: 'rows.askReview', defaultMessage: 'Ask a person to look at this' },
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
  const review = {
    key: 'review',
    head: intl.formatMessage(text.review),
    cell: (row: DataRow) => (
      <Link to="/cases/new" search={{ kind: 'human_review', about: idOf(row) }}>
        {intl.formatMessage(text.askReview)}
      </Link>
    ),
  };
  return (
    <Table
      caption={table.title}
      captionHidden
      columns={
        table.name === 'automatedDecision' && !viewing
          ? [...columns, last, review]
          : [...columns, last]
      }
      rows={table.rows}
      rowKey={(row) => row.key}
    />
  );
}

/** The id of a row behind what it is sorted by. */
function idOf({ key }: DataRow): string {
  return key.split('|').at(-1) ?? '';
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
