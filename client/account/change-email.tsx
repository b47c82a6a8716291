import { useIntl } from 'react-intl';
import { looksLikeEmail } from '../lib/codes.ts';
import { defineMessages } from '../lib/messages.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { trpc } from '../lib/trpc.ts';
import { CoolDown, useRecoveryCoolDown } from '../security/cool-down.tsx';
import { Button } from '../ui/button.tsx';
import { Form } from '../ui/form.tsx';
import { uiText } from '../ui/messages.ts';
import { TaskPanel } from '../ui/task-panel.tsx';
import { TextField } from '../ui/text-field.tsx';

const text = defineMessages({
  title: { id: 'changeEmail.title', defaultMessage: 'Change your e-mail address' },
  about: {
    id: 'changeEmail.about',
    defaultMessage:
      'We send a link to the new address to confirm it, and tell the old one, from where the change can be undone for 72 hours.',
  },
  email: { id: 'changeEmail.email', defaultMessage: 'New e-mail address' },
  invalid: {
    id: 'changeEmail.invalid',
    defaultMessage: 'Enter an e-mail address, such as name@example.com.',
  },
  same: { id: 'changeEmail.same', defaultMessage: 'This is your address already.' },
  submit: { id: 'changeEmail.submit', defaultMessage: 'Send the link' },
});

/** Asks for a new address; nothing changes before its mailbox has answered. */
export function ChangeEmail({
  onDone,
  onCancel,
}: {
  onDone: (email: string) => Promise<void>;
  onCancel: () => void;
}) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const ask = trpc.account.askEmailChange.useMutation();
  const coolDown = useRecoveryCoolDown();
  if (coolDown)
    return (
      <TaskPanel inset title={intl.formatMessage(text.title)}>
        <CoolDown closed={coolDown} />
        <div>
          <Button onClick={onCancel}>{intl.formatMessage(uiText.cancel)}</Button>
        </div>
      </TaskPanel>
    );
  return (
    <TaskPanel inset title={intl.formatMessage(text.title)}>
      <p>{intl.formatMessage(text.about)}</p>
      <Form
        label={intl.formatMessage(text.title)}
        submit={intl.formatMessage(text.submit)}
        actions={
          <Button look="quiet" onClick={onCancel}>
            {intl.formatMessage(uiText.cancel)}
          </Button>
        }
        check={({ email }) => ({
          email: !looksLikeEmail(email) && intl.formatMessage(text.invalid),
        })}
        fieldOf={{ INPUT_REFUSED: 'email', EMAIL_NOT_AVAILABLE: 'email' }}
        says={{
          INPUT_REFUSED: intl.formatMessage(text.invalid),
          EMAIL_NOT_AVAILABLE: intl.formatMessage(text.same),
        }}
        onSubmit={async ({ email = '' }) => {
          await withStepUp('ordinary', () => ask.mutateAsync({ email }));
          await onDone(email);
        }}
      >
        <TextField
          name="email"
          type="email"
          label={intl.formatMessage(text.email)}
          autoComplete="email"
          maxLength={254}
        />
      </Form>
    </TaskPanel>
  );
}
