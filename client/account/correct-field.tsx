import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { type Inputs, trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/choice.tsx';
import { Form } from '../ui/form.tsx';
import { uiText } from '../ui/messages.ts';
import { TaskPanel } from '../ui/task-panel.tsx';
import { TextField } from '../ui/text-field.tsx';
import { choicesOf } from './field-choices.ts';
import { fieldText, type PersonalField } from './field-text.ts';

const text = defineMessages({
  title: { id: 'correct.title', defaultMessage: 'Change {field}' },
  save: { id: 'correct.save', defaultMessage: 'Save' },
  empty: { id: 'correct.empty', defaultMessage: 'Enter your name.' },
  phone: {
    id: 'correct.phone',
    defaultMessage: 'With the country code, such as +49 30 1234567. Leave it empty to remove it.',
  },
  optional: { id: 'correct.optional', defaultMessage: 'Leave it empty to remove it.' },
  refused: {
    id: 'correct.refused',
    defaultMessage: 'This cannot be saved as it is. Check it for mistakes.',
  },
});

const autoComplete: Partial<Record<PersonalField['field'], string>> = {
  displayName: 'name',
  phone: 'tel',
  company: 'organization',
  region: 'address-level1',
};

/** What holds as long as nothing was chosen. */
const unset: Partial<Record<PersonalField['field'], string>> = { theme: 'auto', timeZone: 'UTC' };

type CorrectFieldProps = {
  field: PersonalField;
  onDone: () => Promise<void>;
  onCancel: () => void;
};

/** One thing at a time: one field, saved or left. */
export function CorrectField({ field: { field, value }, onDone, onCancel }: CorrectFieldProps) {
  const intl = useIntl();
  const correct = trpc.account.correct.useMutation();
  const label = intl.formatMessage(fieldText[field]);
  return (
    <TaskPanel inset title={intl.formatMessage(text.title, { field: label.toLowerCase() })}>
      <Form
        label={label}
        submit={intl.formatMessage(text.save)}
        actions={
          <Button look="quiet" onClick={onCancel}>
            {intl.formatMessage(uiText.cancel)}
          </Button>
        }
        check={(values) => ({
          [field]:
            field === 'displayName' && !values[field]?.trim() && intl.formatMessage(text.empty),
        })}
        fieldOf={{ INPUT_REFUSED: field }}
        says={{ INPUT_REFUSED: intl.formatMessage(text.refused) }}
        onSubmit={async (values) => {
          await correct.mutateAsync({
            field,
            value: values[field] ?? '',
          } as Inputs['account']['correct']);
          await onDone();
        }}
      >
        <Field field={field} value={value} label={label} />
      </Form>
    </TaskPanel>
  );
}

function Field({
  field,
  value,
  label,
}: {
  field: PersonalField['field'];
  value: string | null;
  label: string;
}) {
  const intl = useIntl();
  const choices = choicesOf(intl, field, value);
  if (choices)
    return (
      <Select
        name={field}
        label={label}
        defaultValue={value ?? unset[field] ?? ''}
        choices={choices}
      />
    );
  const hint = field === 'phone' ? text.phone : field === 'displayName' ? null : text.optional;
  return (
    <TextField
      name={field}
      label={label}
      hint={hint && intl.formatMessage(hint)}
      defaultValue={value ?? ''}
      maxLength={120}
      autoComplete={autoComplete[field] ?? 'off'}
      type={field === 'phone' ? 'tel' : 'text'}
    />
  );
}
