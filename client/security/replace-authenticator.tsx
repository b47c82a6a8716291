import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Form } from '../ui/form.tsx';
import { uiText } from '../ui/messages.ts';
import { TaskPanel } from '../ui/task-panel.tsx';
import { AuthenticatorSetup } from './authenticator-setup.tsx';
import type { TaskProps } from './change-password.tsx';

const text = defineMessages({
  title: { id: 'replace.title', defaultMessage: 'Replace authenticator app' },
  about: {
    id: 'replace.about',
    defaultMessage:
      'The app you use now keeps working until a code of the new one is confirmed. Then only the new one counts.',
  },
  begin: { id: 'replace.begin', defaultMessage: 'Continue' },
  done: {
    id: 'replace.done',
    defaultMessage: 'The new authenticator app is in use; the old one no longer works.',
  },
});

/** A new authenticator in place of the old one. */
export function ReplaceAuthenticator({ onDone, onCancel }: TaskProps) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const begin = trpc.auth.beginReplacement.useMutation();
  const confirm = trpc.auth.confirmReplacement.useMutation();
  const cancel = <Button onClick={onCancel}>{intl.formatMessage(uiText.cancel)}</Button>;

  return (
    <TaskPanel title={intl.formatMessage(text.title)}>
      {begin.data ? (
        <>
          <AuthenticatorSetup
            {...begin.data}
            onConfirm={async (code) => {
              await withStepUp('ordinary', () => confirm.mutateAsync({ code }));
              onDone(intl.formatMessage(text.done));
            }}
          />
          <div>{cancel}</div>
        </>
      ) : (
        <>
          <p>{intl.formatMessage(text.about)}</p>
          <Form
            submit={intl.formatMessage(text.begin)}
            actions={cancel}
            onSubmit={() => withStepUp('ordinary', () => begin.mutateAsync({}))}
          >
            {null}
          </Form>
        </>
      )}
    </TaskPanel>
  );
}
