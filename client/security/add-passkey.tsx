import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { canUsePasskeys, makePasskey } from '../lib/passkey.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Form } from '../ui/form.tsx';
import { uiText } from '../ui/messages.ts';
import { TaskPanel } from '../ui/task-panel.tsx';
import { TextField } from '../ui/text-field.tsx';
import type { TaskProps } from './change-password.tsx';

const text = defineMessages({
  title: { id: 'addPasskey.title', defaultMessage: 'Add a passkey' },
  about: {
    id: 'addPasskey.about',
    defaultMessage:
      'Your phone, computer or security key confirms that it is you, by finger, face or PIN. It signs you in without password and code, at this address alone. All other sessions end when it is added.',
  },
  name: { id: 'addPasskey.name', defaultMessage: 'Name' },
  hint: {
    id: 'addPasskey.hint',
    defaultMessage:
      'So that you know it among others, such as “Blue security key”. Left empty, it is called after this browser.',
  },
  make: { id: 'addPasskey.make', defaultMessage: 'Create a passkey' },
  not: {
    id: 'addPasskey.not',
    defaultMessage:
      'This browser cannot make a passkey at this address. Open the portal in a browser or on a device that can.',
  },
  done: {
    id: 'addPasskey.done',
    defaultMessage: 'The passkey was added, and all other sessions were ended.',
  },
});

const NAME_MAX = 60;

/** One more passkey. */
export function AddPasskey({ onDone, onCancel }: TaskProps) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const begin = trpc.auth.beginNewPasskey.useMutation();
  const confirm = trpc.auth.confirmNewPasskey.useMutation();
  const cancel = <Button onClick={onCancel}>{intl.formatMessage(uiText.cancel)}</Button>;

  return (
    <TaskPanel title={intl.formatMessage(text.title)}>
      <p>{intl.formatMessage(canUsePasskeys ? text.about : text.not)}</p>
      {canUsePasskeys ? (
        <Form
          submit={intl.formatMessage(text.make)}
          actions={cancel}
          onSubmit={async (values) => {
            const asked = await withStepUp('ordinary', () => begin.mutateAsync({}));
            const passkey = await makePasskey(asked);
            const name = values.name?.trim();
            await confirm.mutateAsync(name ? { passkey, name } : { passkey });
            onDone(intl.formatMessage(text.done));
          }}
        >
          <TextField
            name="name"
            label={intl.formatMessage(text.name)}
            hint={intl.formatMessage(text.hint)}
            maxLength={NAME_MAX}
            autoComplete="off"
            optional
          />
        </Form>
      ) : (
        <div>{cancel}</div>
      )}
    </TaskPanel>
  );
}
