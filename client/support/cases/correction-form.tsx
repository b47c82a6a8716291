import { useState } from 'react';
import { useIntl } from 'react-intl';
import { choicesOf } from '../../account/field-choices.ts';
import { defineMessages } from '../../lib/messages.ts';
import type { Outputs } from '../../lib/trpc.ts';
import { Select } from '../../ui/choice.tsx';
import { Form } from '../../ui/form.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { alreadyOpen } from './already-open.tsx';
import { fieldAbout } from './case-text.ts';
import { newCaseText, type Opener, TEXT_MAX, wordsText } from './new-case-text.ts';

const text = defineMessages({
  table: { id: 'correction.table', defaultMessage: 'Where is it?' },
  column: { id: 'correction.column', defaultMessage: 'What is wrong?' },
  value: { id: 'correction.value', defaultMessage: 'What should it say?' },
  valueHint: {
    id: 'correction.valueHint',
    defaultMessage: 'Exactly as it should stand there; nothing, if it should be empty.',
  },
  choose: { id: 'correction.choose', defaultMessage: 'Choose one' },
  noValue: { id: 'correction.noValue', defaultMessage: 'Choose what it should say.' },
  notPossible: {
    id: 'correction.notPossible',
    defaultMessage: 'This cannot stand there. Write it as the field needs it.',
  },
});

type Wish = { about: { table: string; column: string }; value: string; text: string };

/** What is wrong, by the names that Your data gives it, and what it should say instead. */
export function CorrectionForm({
  opener,
  tables,
  onSend,
}: {
  opener: Opener;
  tables: Outputs['cases']['fields'];
  onSend: (wish: Wish) => Promise<void>;
}) {
  const intl = useIntl();
  const [table, setTable] = useState('account');
  const [column, setColumn] = useState<string | null>(null);
  const columns = tables.find(({ table: name }) => name === table)?.columns ?? [];
  const chosen = column ?? columns[0]?.column ?? '';
  const category = columns.find(({ column: name }) => name === chosen)?.category ?? null;
  const choices = choicesOf(intl, fieldAbout({ id: `${table}.${chosen}`, category }));
  return (
    <Form
      submit={intl.formatMessage(newCaseText.send)}
      ways={alreadyOpen}
      fieldOf={{ INPUT_REFUSED: 'value' }}
      says={{ INPUT_REFUSED: intl.formatMessage(text.notPossible) }}
      check={({ value = '', text: words = '' }) => ({
        value: choices !== null && value === '' && intl.formatMessage(text.noValue),
        text: words.trim() === '' && intl.formatMessage(wordsText[opener].none),
      })}
      onSubmit={({ value = '', text: words = '' }) =>
        onSend({ about: { table, column: chosen }, value, text: words })
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
      {choices ? (
        <Select
          key={`${table}.${chosen}`}
          name="value"
          label={intl.formatMessage(text.value)}
          defaultValue=""
          choices={[{ value: '', label: intl.formatMessage(text.choose) }, ...choices]}
        />
      ) : (
        <TextField
          name="value"
          label={intl.formatMessage(text.value)}
          hint={intl.formatMessage(text.valueHint)}
          maxLength={1_000}
          autoComplete="off"
        />
      )}
      <TextArea
        name="text"
        label={intl.formatMessage(wordsText[opener].label)}
        min={1}
        max={TEXT_MAX}
      />
    </Form>
  );
}
