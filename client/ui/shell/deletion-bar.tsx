import { FormattedMessage, useIntl } from 'react-intl';
import { formatDate, formatDateTime } from '../../lib/format.ts';
import { refusalSentence } from '../../lib/refusal-text.ts';
import { type Outputs, trpc } from '../../lib/trpc.ts';
import { Button } from '../button.tsx';
import { uiText } from '../messages.ts';
import { Bar } from '../notice.tsx';

/** On every page while the account waits for its deletion: when, and the way back. */
export function DeletionBar({
  deletion,
}: {
  deletion: NonNullable<Outputs['auth']['me']['deletion']>;
}) {
  const intl = useIntl();
  const utils = trpc.useUtils();
  const cancel = trpc.requests.cancelErasure.useMutation({ onSuccess: () => utils.invalidate() });

  return (
    <Bar
      tone="warn"
      label={intl.formatMessage(uiText.deletionLabel)}
      action={
        <Button
          pending={cancel.isPending}
          onClick={() => cancel.mutate({ reference: deletion.reference })}
        >
          <FormattedMessage {...uiText.cancelDeletion} />
        </Button>
      }
    >
      {deletion.executesAt ? (
        <FormattedMessage
          {...(deletion.stoppedSince ? uiText.stoppedDeletion : uiText.pendingDeletion)}
          values={{
            date: formatDateTime(deletion.executesAt),
            since: deletion.stoppedSince && formatDate(deletion.stoppedSince),
            b: (words) => <b key="date">{words}</b>,
          }}
        />
      ) : (
        <FormattedMessage {...uiText.runningDeletion} />
      )}{' '}
      <span role="alert">{cancel.isError && refusalSentence(cancel.error)}</span>
    </Bar>
  );
}
