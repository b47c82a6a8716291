import { useState } from 'react';
import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { CheckboxGroup, RadioGroup, Select } from '../ui/choice.tsx';
import { TextField } from '../ui/text-field.tsx';
import { HoldEntries } from './hold-entries.tsx';
import type { FoundCustomer } from './oversight-text.ts';

const text = defineMessages({
  table: { id: 'holdScope.table', defaultMessage: 'What is to be kept' },
  chooseTable: { id: 'holdScope.chooseTable', defaultMessage: 'Choose a table' },
  oneTable: {
    id: 'holdScope.oneTable',
    defaultMessage:
      '{title} ({rows, plural, =10001 {more than 10,000 entries} one {# entry} other {# entries}})',
  },
  corrections: {
    id: 'holdScope.corrections',
    defaultMessage:
      'A hold stops deletion, not corrections. What stood here before a correction is kept under Changes to your account, which can be held as well.',
  },
  rows: { id: 'holdScope.rows', defaultMessage: 'Which entries' },
  all: {
    id: 'holdScope.all',
    defaultMessage: 'All there are, and those that come while the hold binds',
  },
  one: { id: 'holdScope.one', defaultMessage: 'One of them' },
  oneHint: {
    id: 'holdScope.oneHint',
    defaultMessage:
      '{silent, select, true {You see the entries with their values masked. That you looked is kept back from the customer as your look for them is.} other {You see the entries with their values masked, and the customer sees in their log that you did.}}',
  },
  gone: { id: 'holdScope.gone', defaultMessage: 'One that is gone, of an earlier hold' },
  goneHint: {
    id: 'holdScope.goneHint',
    defaultMessage:
      'What the earlier hold set aside of it is kept on. Its id stands with that hold.',
  },
  row: { id: 'holdScope.row', defaultMessage: 'Id of the entry' },
  extent: { id: 'holdScope.extent', defaultMessage: 'Of each entry' },
  whole: { id: 'holdScope.whole', defaultMessage: 'The whole entry' },
  some: { id: 'holdScope.some', defaultMessage: 'Some fields only' },
  someHint: {
    id: 'holdScope.someHint',
    defaultMessage:
      'The entry is deleted on its day as always. These fields of it are set aside until the hold is over.',
  },
  fields: { id: 'holdScope.fields', defaultMessage: 'Fields to keep' },
});

type Extent = 'whole' | 'some';
const isExtent = (value: string): value is Extent => value === 'whole' || value === 'some';

type Rows = 'all' | 'one' | 'gone';
const isRows = (value: string): value is Rows =>
  value === 'all' || value === 'one' || value === 'gone';

/** Fields of a form that say what of a customer's is to be kept: a table, one row of it, some fields. */
export function HoldScope({
  customer: { subjectId, tables },
  silencedBy,
}: {
  customer: FoundCustomer;
  silencedBy: string | undefined;
}) {
  const intl = useIntl();
  const [table, setTable] = useState('');
  const [rows, setRows] = useState<Rows>('all');
  const [extent, setExtent] = useState<Extent>('whole');
  const chosen = tables.find((one) => one.table === table);
  const fields = chosen?.fields ?? [];
  return (
    <>
      <Select
        name="table"
        label={intl.formatMessage(text.table)}
        hint={table === 'account' ? intl.formatMessage(text.corrections) : undefined}
        value={table}
        onChange={(value) => {
          setTable(value);
          setExtent('whole');
          setRows('all');
        }}
        choices={[
          { value: '', label: intl.formatMessage(text.chooseTable) },
          ...tables.map(({ table: value, title, rows }) => ({
            value,
            label: intl.formatMessage(text.oneTable, { title, rows }),
          })),
        ]}
      />
      {chosen?.oneByOne && (
        <RadioGroup
          key={`${table}-rows`}
          name="rows"
          label={intl.formatMessage(text.rows)}
          defaultValue="all"
          onChange={(value) => isRows(value) && setRows(value)}
          choices={[
            { value: 'all', label: intl.formatMessage(text.all) },
            {
              value: 'one',
              label: intl.formatMessage(text.one),
              hint: intl.formatMessage(text.oneHint, { silent: String(silencedBy !== undefined) }),
            },
            {
              value: 'gone',
              label: intl.formatMessage(text.gone),
              hint: intl.formatMessage(text.goneHint),
            },
          ]}
        />
      )}
      {rows === 'one' && (
        <HoldEntries
          key={`${table}-entries`}
          subjectId={subjectId}
          table={table}
          silencedBy={silencedBy}
        />
      )}
      {rows === 'gone' && (
        <TextField
          name="rowId"
          label={intl.formatMessage(text.row)}
          autoComplete="off"
          spellCheck={false}
          maxLength={36}
        />
      )}
      {fields.length > 0 && (
        <RadioGroup
          key={table}
          name="extent"
          label={intl.formatMessage(text.extent)}
          defaultValue="whole"
          onChange={(value) => isExtent(value) && setExtent(value)}
          choices={[
            { value: 'whole', label: intl.formatMessage(text.whole) },
            {
              value: 'some',
              label: intl.formatMessage(text.some),
              hint: intl.formatMessage(text.someHint),
            },
          ]}
        />
      )}
      {extent === 'some' && (
        <CheckboxGroup
          key={`${table}-fields`}
          name="fields"
          label={intl.formatMessage(text.fields)}
          choices={fields.map(({ key, label }) => ({ value: key, label }))}
        />
      )}
    </>
  );
}
