import { useIntl } from 'react-intl';
import { countryName } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { Disclosure } from '../ui/disclosure.tsx';
import { Table } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { retentionWords } from './retention-text.ts';
import type { DataColumn, DataTable } from './value.tsx';

const text = defineMessages({
  summary: {
    id: 'meaning.summary',
    defaultMessage: 'Why we hold this, where it comes from, who receives it',
  },
  caption: { id: 'meaning.caption', defaultMessage: 'Meaning of each datum in {title}' },
  datum: { id: 'meaning.datum', defaultMessage: 'Datum' },
  source: { id: 'meaning.source', defaultMessage: 'Source' },
  purpose: { id: 'meaning.purpose', defaultMessage: 'Purpose and lawful basis' },
  recipients: { id: 'meaning.recipients', defaultMessage: 'Received by' },
  nobody: { id: 'meaning.nobody', defaultMessage: 'nobody outside EaseLLM' },
  left: { id: 'meaning.left', defaultMessage: 'What was passed on last of {title}' },
  to: { id: 'meaning.to', defaultMessage: 'To' },
  when: { id: 'meaning.when', defaultMessage: 'Last on' },
  data: { id: 'meaning.data', defaultMessage: 'Data' },
  why: { id: 'meaning.why', defaultMessage: 'Why' },
  own: { id: 'meaning.own', defaultMessage: '{name}, a service of EaseLLM' },
  outside: { id: 'meaning.outside', defaultMessage: '{name}, {country} ({safeguard})' },
  nothingLeft: {
    id: 'meaning.nothingLeft',
    defaultMessage: 'None of it has been passed on, as far as our record reaches (24 months).',
  },
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
  table: Pick<DataTable, 'title' | 'columns' | 'retention' | 'keep' | 'disclosed'>;
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
                .map(({ country, ...recipient }) =>
                  intl.formatMessage(text.outside, { ...recipient, country: countryName(country) }),
                )
                .join('; ') || intl.formatMessage(text.nobody),
          },
        ]}
      />
      <PassedOn table={table} />
    </Disclosure>
  );
}

type Left = DataTable['disclosed'][number];

/** The last time something of the table left to each recipient, from the record of what left. */
function PassedOn({ table }: { table: Pick<DataTable, 'title' | 'disclosed'> }) {
  const intl = useIntl();
  if (table.disclosed.length === 0) return <p>{intl.formatMessage(text.nothingLeft)}</p>;
  return (
    <Table
      caption={intl.formatMessage(text.left, { title: table.title })}
      rows={table.disclosed}
      rowKey={({ recipient }) => recipient}
      columns={[
        {
          key: 'to',
          head: intl.formatMessage(text.to),
          rowHead: true,
          cell: ({ name, country, safeguard }: Left) =>
            country === null
              ? intl.formatMessage(text.own, { name })
              : intl.formatMessage(text.outside, {
                  name,
                  country: countryName(country),
                  safeguard,
                }),
        },
        {
          key: 'when',
          head: intl.formatMessage(text.when),
          cell: ({ at }) => <Time at={at} short />,
        },
        { key: 'data', head: intl.formatMessage(text.data), cell: ({ data }) => data.join(', ') },
        { key: 'why', head: intl.formatMessage(text.why), cell: ({ purpose }) => purpose },
      ]}
    />
  );
}
