import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { TextField } from '../ui/text-field.tsx';

const text = defineMessages({
  label: { id: 'recoveryCodeField.label', defaultMessage: 'Recovery code' },
  hint: {
    id: 'recoveryCodeField.hint',
    defaultMessage: 'Six groups of four, with or without dashes, like 4XK2-…',
  },
});

/** Accepts pasting and any spacing. */
export function RecoveryCodeField() {
  const intl = useIntl();
  return (
    <TextField
      name="recovery-code"
      label={intl.formatMessage(text.label)}
      hint={intl.formatMessage(text.hint)}
      autoComplete="off"
      autoCapitalize="characters"
      spellCheck={false}
      maxLength={64}
    />
  );
}
