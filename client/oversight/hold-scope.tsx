import { useState } from 'react';
import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { CheckboxGroup, RadioGroup, Select } from '../ui/choice.tsx';
import { TextField } from '../ui/text-field.tsx';
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
  row: { id: 'holdScope.row', defaultMessage: 'Row id' },
  rowHint: {
    id: 'holdScope.rowHint',
    defaultMessage: 'To keep one entry alone. Leave it empty to keep all entries of the table.',
  },
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

/** Fields of a form that say what of a customer's is to be kept: a table, one row of it, some fields. */
export function HoldScope({ tables }: { tables: FoundCustomer['tables'] }) {
  const intl = useIntl();
  const [table, setTable] = useState('');
  const [extent, setExtent] = useState<Extent>('whole');
  const fields = tables.find((one) => one.table === table)?.fields ?? [];
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
        }}
        choices={[
          { value: '', label: intl.formatMessage(text.chooseTable) },
          ...tables.map(({ table: value, title, rows }) => ({
            value,
            label: intl.formatMessage(text.oneTable, { title, rows }),
          })),
        ]}
      />
      <TextField
        name="rowId"
        label={intl.formatMessage(text.row)}
        hint={intl.formatMessage(text.rowHint)}
        optional
        autoComplete="off"
        spellCheck={false}
        maxLength={36}
      />
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
