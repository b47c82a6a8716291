import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { trpc } from '../lib/trpc.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';

const text = defineMessages({
  title: { id: 'removeFactor.title', defaultMessage: 'Remove {name}' },
  about: {
    id: 'removeFactor.about',
    defaultMessage:
      '{kind, select, passkey {This passkey no longer signs you in} other {Codes of this app no longer sign you in}}, and all other sessions end. It cannot be put back; it can be added anew.',
  },
  device: {
    id: 'removeFactor.device',
    defaultMessage:
      'The passkey itself stays on its device until you delete it there, and opens nothing here.',
  },
  confirm: { id: 'removeFactor.confirm', defaultMessage: 'Remove' },
  done: {
    id: 'removeFactor.done',
    defaultMessage: '{name} was removed, and all other sessions were ended.',
  },
});

type RemoveFactorProps = {
  id: string;
  name: string;
  kind: 'app' | 'passkey';
  onDone: (message: string) => void;
  onCancel: () => void;
};

/** One question before a passkey or an app goes. */
export function RemoveFactor({ id, name, kind, onDone, onCancel }: RemoveFactorProps) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const remove = trpc.auth.removeFactor.useMutation();
  return (
    <ConfirmDialog
      danger
      title={intl.formatMessage(text.title, { name })}
      confirm={intl.formatMessage(text.confirm)}
      onClose={onCancel}
      onConfirm={async () => {
        await withStepUp('ordinary', () => remove.mutateAsync({ id }));
        onDone(intl.formatMessage(text.done, { name }));
      }}
    >
      <p>{intl.formatMessage(text.about, { kind })}</p>
      {kind === 'passkey' && <p>{intl.formatMessage(text.device)}</p>}
    </ConfirmDialog>
  );
}
