import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Form } from '../ui/form.tsx';
import { uiText } from '../ui/messages.ts';
import { TaskPanel } from '../ui/task-panel.tsx';
import { PasswordField } from '../ui/text-field.tsx';

const text = defineMessages({
  title: { id: 'changePassword.title', defaultMessage: 'Change password' },
  current: { id: 'changePassword.current', defaultMessage: 'Current password' },
  noCurrent: { id: 'changePassword.noCurrent', defaultMessage: 'Enter your current password.' },
  wrong: { id: 'changePassword.wrong', defaultMessage: 'This is not your current password.' },
  next: { id: 'changePassword.next', defaultMessage: 'New password' },
  hint: {
    id: 'changePassword.hint',
    defaultMessage: 'At least 12 characters; a few words are fine. Nothing else is required.',
  },
  short: {
    id: 'changePassword.short',
    defaultMessage: 'Use at least 12 characters. A few words are fine.',
  },
  submit: { id: 'changePassword.submit', defaultMessage: 'Set new password' },
  done: {
    id: 'changePassword.done',
    defaultMessage: 'Your password was changed, and all other sessions were ended.',
  },
});

const MIN_LENGTH = 12;

export type TaskProps = { onDone: (message: string) => void; onCancel: () => void };

/** Old and new password; everybody else who is signed in is signed out. */
export function ChangePassword({ onDone, onCancel }: TaskProps) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const change = trpc.auth.changePassword.useMutation();

  return (
    <TaskPanel title={intl.formatMessage(text.title)}>
      <Form
        submit={intl.formatMessage(text.submit)}
        actions={<Button onClick={onCancel}>{intl.formatMessage(uiText.cancel)}</Button>}
        fieldOf={{
          SIGN_IN_REFUSED: 'current',
          PASSWORD_TOO_SHORT: 'next',
          PASSWORD_TOO_COMMON: 'next',
        }}
        says={{ SIGN_IN_REFUSED: intl.formatMessage(text.wrong) }}
        check={(values) => ({
          current: !values.current && intl.formatMessage(text.noCurrent),
          next: [...(values.next ?? '')].length < MIN_LENGTH && intl.formatMessage(text.short),
        })}
        onSubmit={async (values) => {
          const input = { current: values.current ?? '', next: values.next ?? '' };
          await withStepUp('ordinary', () => change.mutateAsync(input));
          onDone(intl.formatMessage(text.done));
        }}
      >
        <PasswordField
          name="current"
          label={intl.formatMessage(text.current)}
          autoComplete="current-password"
        />
        <PasswordField
          name="next"
          label={intl.formatMessage(text.next)}
          hint={intl.formatMessage(text.hint)}
          autoComplete="new-password"
        />
      </Form>
    </TaskPanel>
  );
}
