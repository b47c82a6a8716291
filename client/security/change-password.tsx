import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { trpc } from '../lib/trpc.ts';
import {
  lengthProblem,
  NewPasswordField,
  passwordRefusals,
} from '../sign-in/new-password-field.tsx';
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
  submit: { id: 'changePassword.submit', defaultMessage: 'Set new password' },
  done: {
    id: 'changePassword.done',
    defaultMessage: 'Your password was changed, and all other sessions were ended.',
  },
});

export type TaskProps = { onDone: (message: string) => void; onCancel: () => void };

/** Old and new password; everybody else who is signed in is signed out. */
export function ChangePassword({ onDone, onCancel }: TaskProps) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const me = trpc.auth.me.useQuery({});
  const change = trpc.auth.changePassword.useMutation();

  return (
    <TaskPanel title={intl.formatMessage(text.title)}>
      <Form
        submit={intl.formatMessage(text.submit)}
        actions={<Button onClick={onCancel}>{intl.formatMessage(uiText.cancel)}</Button>}
        fieldOf={{
          SIGN_IN_REFUSED: 'current',
          ...passwordRefusals('next'),
        }}
        says={{ SIGN_IN_REFUSED: intl.formatMessage(text.wrong) }}
        check={(values) => ({
          current: !values.current && intl.formatMessage(text.noCurrent),
          next: lengthProblem(intl, values.next),
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
        <NewPasswordField
          name="next"
          label={intl.formatMessage(text.next)}
          owner={{ name: me.data?.displayName }}
        />
      </Form>
    </TaskPanel>
  );
}
