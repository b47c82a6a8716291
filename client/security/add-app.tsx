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
  title: { id: 'addApp.title', defaultMessage: 'Add an authenticator app' },
  about: {
    id: 'addApp.about',
    defaultMessage:
      'It counts from its first code, beside what you have. All other sessions end then. To replace an old app, remove that one afterwards.',
  },
  begin: { id: 'addApp.begin', defaultMessage: 'Continue' },
  done: {
    id: 'addApp.done',
    defaultMessage: 'The authenticator app was added, and all other sessions were ended.',
  },
});

/** One more app that makes codes. */
export function AddApp({ onDone, onCancel }: TaskProps) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const begin = trpc.auth.beginNewApp.useMutation();
  const confirm = trpc.auth.confirmNewApp.useMutation();
  const cancel = <Button onClick={onCancel}>{intl.formatMessage(uiText.cancel)}</Button>;

  return (
    <TaskPanel title={intl.formatMessage(text.title)}>
      {begin.data ? (
        <>
          <AuthenticatorSetup
            {...begin.data}
            onConfirm={async (code, name) => {
              const input = name ? { code, name } : { code };
              await withStepUp('ordinary', () => confirm.mutateAsync(input));
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
