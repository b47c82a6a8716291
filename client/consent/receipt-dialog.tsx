import { useIntl } from 'react-intl';
import { formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { saveText } from '../lib/save-text.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { LazyDialog } from '../ui/lazy-dialog.tsx';
import { Loading } from '../ui/loading.tsx';
import { uiText } from '../ui/messages.ts';
import { channelText, sourceText, topicText } from './choice-text.ts';
import styles from './receipt-dialog.module.css';

const text = defineMessages({
  title: { id: 'consentReceipt.title', defaultMessage: 'Receipt of your choice' },
  number: { id: 'consentReceipt.number', defaultMessage: 'Receipt' },
  topic: { id: 'consentReceipt.topic', defaultMessage: 'Topic' },
  answer: { id: 'consentReceipt.answer', defaultMessage: 'Answer' },
  when: { id: 'consentReceipt.when', defaultMessage: 'When' },
  how: { id: 'consentReceipt.how', defaultMessage: 'How' },
  policy: { id: 'consentReceipt.policy', defaultMessage: 'Policy at the time' },
  controller: { id: 'consentReceipt.controller', defaultMessage: 'Given to' },
  download: { id: 'consentReceipt.download', defaultMessage: 'Download as JSON' },
});

type Receipt = Outputs['consent']['receipt'];

/** One recorded yes or no with everything that proves it. */
export function ReceiptDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const intl = useIntl();
  const receipt = trpc.consent.receipt.useQuery({ id });
  return (
    <LazyDialog
      title={intl.formatMessage(text.title)}
      closeLabel={intl.formatMessage(uiText.close)}
      onClose={onClose}
      action={receipt.data && <SaveButton receipt={receipt.data} />}
    >
      {receipt.isPending && <Loading lines={6} />}
      {receipt.isError && <ErrorState error={receipt.error} onRetry={() => receipt.refetch()} />}
      {receipt.data && <ReceiptFacts receipt={receipt.data} />}
    </LazyDialog>
  );
}

function ReceiptFacts({ receipt }: { receipt: Receipt }) {
  const intl = useIntl();
  const facts = [
    [text.number, <code key="id">{receipt.id}</code>],
    [
      text.topic,
      `${intl.formatMessage(topicText[receipt.topic])}, ${intl.formatMessage(channelText[receipt.channel])}`,
    ],
    [text.answer, intl.formatMessage(receipt.granted ? uiText.on : uiText.off)],
    [text.when, formatDateTime(receipt.occurredAt)],
    [text.how, intl.formatMessage(sourceText[receipt.source])],
    [text.policy, receipt.policyVersion],
    [text.controller, `${receipt.controller}, ${receipt.contact}`],
  ] as const;
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name.id}>
          <dt>{intl.formatMessage(name)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function SaveButton({ receipt }: { receipt: Receipt }) {
  const intl = useIntl();
  return (
    <Button
      onClick={() =>
        saveText(
          `receipt-${receipt.id}.json`,
          `${JSON.stringify(receipt, null, 2)}\n`,
          'application/json',
        )
      }
    >
      {intl.formatMessage(text.download)}
    </Button>
  );
}
