import { useIntl } from 'react-intl';
import { countryName } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { Disclosure } from '../ui/disclosure.tsx';
import { Table } from '../ui/table.tsx';
import { retentionWords } from './retention-text.ts';
import type { DataColumn, DataTable } from './value.tsx';

const text = defineMessages({
  summary: {
    id: 'meaning.summary',
    defaultMessage: 'Purpose, lawful basis and recipients, field by field',
  },
  caption: {
    id: 'meaning.caption',
    defaultMessage: 'Purpose, lawful basis and recipients: {title}',
  },
  datum: { id: 'meaning.datum', defaultMessage: 'Field' },
  source: { id: 'meaning.source', defaultMessage: 'Source' },
  purpose: { id: 'meaning.purpose', defaultMessage: 'Purpose and lawful basis' },
  recipients: { id: 'meaning.recipients', defaultMessage: 'Received by' },
  nobody: { id: 'meaning.nobody', defaultMessage: 'nobody outside EaseLLM' },
  deleted: { id: 'meaning.deleted', defaultMessage: 'Deleted {when}.' },
  kept: {
    id: 'meaning.kept',
    defaultMessage: 'Part of it outlives your account: {ground} ({law})',
  },
});

/** What the data map says of a table's columns. */
export function Meaning({
  table,
}: {
  table: Pick<DataTable, 'title' | 'columns' | 'retention' | 'keep'>;
}) {
  const intl = useIntl();
  return (
    <Disclosure summary={intl.formatMessage(text.summary)}>
      <p>
        {intl.formatMessage(text.deleted, { when: retentionWords(intl, table.retention) })}{' '}
        {table.keep && intl.formatMessage(text.kept, table.keep)}
      </p>
      <Table
        caption={intl.formatMessage(text.caption, { title: table.title })}
        captionHidden
        rows={table.columns}
        rowKey={(column) => column.key}
        columns={[
          {
            key: 'datum',
            head: intl.formatMessage(text.datum),
            rowHead: true,
            cell: (column: DataColumn) => column.label,
          },
          { key: 'source', head: intl.formatMessage(text.source), cell: (column) => column.source },
          {
            key: 'purpose',
            head: intl.formatMessage(text.purpose),
            cell: (column) =>
              column.purposes
                .map((purpose) => `${purpose.text} (${purpose.basis}, ${purpose.article})`)
                .join('; '),
          },
          {
            key: 'recipients',
            head: intl.formatMessage(text.recipients),
            cell: (column) =>
              column.recipients
                .map(
                  ({ name, country, safeguard }) =>
                    `${name}, ${countryName(country)} (${safeguard})`,
                )
                .join('; ') || intl.formatMessage(text.nobody),
          },
        ]}
      />
    </Disclosure>
  );
}
