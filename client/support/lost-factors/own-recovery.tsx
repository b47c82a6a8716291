import { useState } from 'react';
import { useIntl } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';
import { trpc } from '../../lib/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RecoveryFacts } from './recovery-facts.tsx';
import type { Recovery } from './recovery-text.ts';

const text = defineMessages({
  title: { id: 'ownRecovery.title', defaultMessage: 'The new authenticator' },
  ask: { id: 'ownRecovery.ask', defaultMessage: 'Was this you?' },
  askText: {
    id: 'ownRecovery.askText',
    defaultMessage:
      'Somebody who knows your password and reads your mailbox asks for a new authenticator for this account. If it was not you, stop it now, then set a new password.',
  },
  stop: { id: 'ownRecovery.stop', defaultMessage: 'Stop this: it was not me' },
  sure: { id: 'ownRecovery.sure', defaultMessage: 'Stop the new authenticator?' },
  sureText: {
    id: 'ownRecovery.sureText',
    defaultMessage:
      'The case ends, nothing is changed, and your authenticator works as before. Whoever lost theirs can ask again.',
  },
  keep: { id: 'ownRecovery.keep', defaultMessage: 'Let it go on' },
});

/** On the customer's case: the way to stop it while it is under way, and how it stands. */
export function OwnRecovery({
  recovery,
  onStopped,
}: {
  recovery: Recovery;
  onStopped: () => Promise<void>;
}) {
  const intl = useIntl();
  const [asking, setAsking] = useState(false);
  const stop = trpc.lostFactors.stop.useMutation();
  return (
    <>
      {recovery.state !== 'ended' && (
        <Notice
          tone="warn"
          title={intl.formatMessage(text.ask)}
          actions={
            <Button look="danger" onClick={() => setAsking(true)}>
              {intl.formatMessage(text.stop)}
            </Button>
          }
        >
          <p>{intl.formatMessage(text.askText)}</p>
        </Notice>
      )}
      <Panel title={intl.formatMessage(text.title)}>
        <RecoveryFacts recovery={recovery} />
      </Panel>
      {asking && (
        <ConfirmDialog
          title={intl.formatMessage(text.sure)}
          confirm={intl.formatMessage(text.stop)}
          danger
          closeLabel={intl.formatMessage(text.keep)}
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await stop.mutateAsync({});
            await onStopped();
          }}
        >
          <p>{intl.formatMessage(text.sureText)}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
