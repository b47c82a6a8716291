import { useState } from 'react';
import { useIntl } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';
import type { Outputs } from '../../lib/trpc.ts';
import { Select } from '../../ui/choice.tsx';
import { Form } from '../../ui/form.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { newCaseText, TEXT_MAX } from './new-case-text.ts';

const text = defineMessages({
  table: { id: 'correction.table', defaultMessage: 'Where is it?' },
  column: { id: 'correction.column', defaultMessage: 'What is wrong?' },
  value: { id: 'correction.value', defaultMessage: 'What should it say?' },
  valueHint: {
    id: 'correction.valueHint',
    defaultMessage: 'Exactly as it should stand there; nothing, if it should be empty.',
  },
  countryHint: {
    id: 'correction.countryHint',
    defaultMessage: 'The two letters of the country, like FR for France.',
  },
  notPossible: {
    id: 'correction.notPossible',
    defaultMessage: 'This cannot stand there. Write it as the field needs it.',
  },
});

type Wish = { about: { table: string; column: string }; value: string; text: string };

/** What is wrong, by the names that Your data gives it, and what it should say instead. */
export function CorrectionForm({
  tables,
  onSend,
}: {
  tables: Outputs['cases']['fields'];
  onSend: (wish: Wish) => Promise<void>;
}) {
  const intl = useIntl();
  const [table, setTable] = useState('account');
  const [column, setColumn] = useState<string | null>(null);
  const columns = tables.find(({ table: name }) => name === table)?.columns ?? [];
  const chosen = column ?? columns[0]?.column ?? '';
  const isCountry = table === 'account' && chosen === 'country';
  return (
    <Form
      submit={intl.formatMessage(newCaseText.send)}
      fieldOf={{ INPUT_REFUSED: 'value' }}
      says={{ INPUT_REFUSED: intl.formatMessage(text.notPossible) }}
      check={({ text: words = '' }) => ({
        text: words.trim() === '' && intl.formatMessage(newCaseText.noWords),
      })}
      onSubmit={({ value = '', text: words = '' }) =>
        onSend({
          about: { table, column: chosen },
          value: isCountry ? value.trim().toUpperCase() : value,
          text: words,
        })
      }
    >
      <Select
        name="table"
        label={intl.formatMessage(text.table)}
        value={table}
        onChange={(name) => {
          setTable(name);
          setColumn(null);
        }}
        choices={tables.map(({ table: value, title }) => ({ value, label: title }))}
      />
      <Select
        name="column"
        label={intl.formatMessage(text.column)}
        value={chosen}
        onChange={setColumn}
        choices={columns.map(({ column: value, label }) => ({ value, label }))}
      />
      <TextField
        name="value"
        label={intl.formatMessage(text.value)}
        hint={intl.formatMessage(isCountry ? text.countryHint : text.valueHint)}
        maxLength={1_000}
        autoComplete="off"
      />
      <TextArea name="text" label={intl.formatMessage(newCaseText.words)} min={1} max={TEXT_MAX} />
    </Form>
  );
}
