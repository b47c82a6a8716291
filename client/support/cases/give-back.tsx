import { useState } from 'react';
import { useIntl } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';
import { trpc } from '../../lib/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

const text = defineMessages({
  giveBack: { id: 'giveBack.giveBack', defaultMessage: 'Give the case back' },
  sure: { id: 'giveBack.sure', defaultMessage: 'Give case {reference} back?' },
  words: {
    id: 'giveBack.words',
    defaultMessage:
      'Nobody works on it then, and anybody at the console can take it. What was written stays in it; you can no longer read it here. The customer sees in the log that you gave it back.',
  },
  keep: { id: 'giveBack.keep', defaultMessage: 'Keep it' },
  done: { id: 'giveBack.done', defaultMessage: 'The case is given back. Anybody can take it.' },
});

/** Whoever took a case leaves it to somebody else. */
export function GiveBack({
  reference,
  look = 'quiet',
  onDone,
}: {
  reference: string;
  /** It stands out where nothing else helps. */
  look?: 'quiet' | 'primary';
  onDone: (said: string) => Promise<void>;
}) {
  const intl = useIntl();
  const [asking, setAsking] = useState(false);
  const giveBack = trpc.caseDesk.giveBack.useMutation();
  return (
    <div>
      <Button look={look} onClick={() => setAsking(true)}>
        {intl.formatMessage(text.giveBack)}
      </Button>
      {asking && (
        <ConfirmDialog
          title={intl.formatMessage(text.sure, { reference })}
          confirm={intl.formatMessage(text.giveBack)}
          closeLabel={intl.formatMessage(text.keep)}
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await giveBack.mutateAsync({ reference });
            await onDone(intl.formatMessage(text.done));
          }}
        >
          <p>{intl.formatMessage(text.words)}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}
