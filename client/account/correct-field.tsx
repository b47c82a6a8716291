import { useIntl } from 'react-intl';
import { countryName } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { type Inputs, trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/choice.tsx';
import { Form } from '../ui/form.tsx';
import { uiText } from '../ui/messages.ts';
import { TaskPanel } from '../ui/task-panel.tsx';
import { TextField } from '../ui/text-field.tsx';
import {
  countryCodes,
  fieldText,
  languageName,
  type PersonalField,
  themeText,
} from './field-text.ts';

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

const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pl', 'sv'];
const autoComplete: Partial<Record<PersonalField['field'], string>> = {
  displayName: 'name',
  phone: 'tel',
  company: 'organization',
  region: 'address-level1',
};

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
  if (field === 'country') {
    const choices = countryCodes
      .map((code) => ({ value: code, label: countryName(code) }))
      .sort((a, b) => a.label.localeCompare(b.label));
    return <Select name={field} label={label} defaultValue={value ?? ''} choices={choices} />;
  }
  if (field === 'language') {
    return (
      <Select
        name={field}
        label={label}
        defaultValue={value ?? ''}
        choices={LANGUAGES.map((code) => ({ value: code, label: languageName(code) }))}
      />
    );
  }
  if (field === 'theme') {
    const choices = (['auto', 'light', 'dark'] as const).map((theme) => ({
      value: theme,
      label: intl.formatMessage(themeText[theme]),
    }));
    return <Select name={field} label={label} defaultValue={value ?? 'auto'} choices={choices} />;
  }
  if (field === 'timeZone') {
    const zones = [
      ...new Set([value ?? 'UTC', 'UTC', ...Intl.supportedValuesOf('timeZone')]),
    ].sort();
    return (
      <Select
        name={field}
        label={label}
        defaultValue={value ?? 'UTC'}
        choices={zones.map((zone) => ({ value: zone, label: zone }))}
      />
    );
  }
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
