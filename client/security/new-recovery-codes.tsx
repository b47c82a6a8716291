import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Form } from '../ui/form.tsx';
import { uiText } from '../ui/messages.ts';
import { TaskPanel } from '../ui/task-panel.tsx';
import type { TaskProps } from './change-password.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

const text = defineMessages({
  title: { id: 'newCodes.title', defaultMessage: 'Make new recovery codes' },
  about: {
    id: 'newCodes.about',
    defaultMessage: 'You get ten new codes. The old ones stop working at once.',
  },
  make: { id: 'newCodes.make', defaultMessage: 'Make ten new codes' },
  done: {
    id: 'newCodes.done',
    defaultMessage: 'The new recovery codes are in use; the old ones no longer work.',
  },
});

/** Ten new codes in place of the old. */
export function NewRecoveryCodes({ onDone, onCancel }: TaskProps) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const make = trpc.auth.makeRecoveryCodes.useMutation();

  return (
    <TaskPanel title={intl.formatMessage(text.title)}>
      {make.data ? (
        <RecoveryCodes
          codes={make.data.recoveryCodes}
          onSaved={() => onDone(intl.formatMessage(text.done))}
        />
      ) : (
        <>
          <p>{intl.formatMessage(text.about)}</p>
          <Form
            submit={intl.formatMessage(text.make)}
            actions={<Button onClick={onCancel}>{intl.formatMessage(uiText.cancel)}</Button>}
            onSubmit={() => withStepUp('ordinary', () => make.mutateAsync({}))}
          >
            {null}
          </Form>
        </>
      )}
    </TaskPanel>
  );
}
