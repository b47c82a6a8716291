import { useState } from 'react';
import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { uiText } from '../ui/messages.ts';

const text = defineMessages({
  cancel: { id: 'requestPage.cancel', defaultMessage: 'Cancel the deletion' },
  cancelText: {
    id: 'requestPage.cancelText',
    defaultMessage:
      'Your account becomes active again at once. Optional messages stay off until you turn them on, and API keys that were revoked, if you had any, stay revoked.',
  },
});

/** The way back while a deletion waits: one question, then the account is active again. */
export function CancelErasure({ reference, onDone }: { reference: string; onDone: () => void }) {
  const intl = useIntl();
  const utils = trpc.useUtils();
  const cancel = trpc.requests.cancelErasure.useMutation();
  const [asking, setAsking] = useState(false);
  return (
    <div>
      <Button look="primary" onClick={() => setAsking(true)}>
        {intl.formatMessage(text.cancel)}
      </Button>
      {asking && (
        <ConfirmDialog
          title={intl.formatMessage(text.cancel)}
          confirm={intl.formatMessage(text.cancel)}
          closeLabel={intl.formatMessage(uiText.back)}
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await cancel.mutateAsync({ reference });
            await utils.invalidate();
            onDone();
          }}
        >
          <p>{intl.formatMessage(text.cancelText)}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}
