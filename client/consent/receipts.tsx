import { useState } from 'react';
import { useIntl } from 'react-intl';
import { viewing } from '../lib/door.ts';
import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { uiText } from '../ui/messages.ts';
import { Panel } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';
import { Tag } from '../ui/tag.tsx';
import { Time } from '../ui/time.tsx';
import { channelText, isSource, sourceText, topicText } from './choice-text.ts';
import { ReceiptDialog } from './receipt-dialog.tsx';

const text = defineMessages({
  title: { id: 'receipts.title', defaultMessage: 'What you said, and when' },
  all: { id: 'receipts.all', defaultMessage: 'See every earlier choice' },
  topic: { id: 'receipts.topic', defaultMessage: 'Topic' },
  answer: { id: 'receipts.answer', defaultMessage: 'Answer' },
  when: { id: 'receipts.when', defaultMessage: 'When' },
  where: { id: 'receipts.where', defaultMessage: 'How' },
  receipt: { id: 'receipts.receipt', defaultMessage: 'Receipt' },
  show: { id: 'receipts.show', defaultMessage: 'Show receipt' },
  none: { id: 'receipts.none', defaultMessage: 'You have not said yes or no to anything yet' },
  noneText: {
    id: 'receipts.noneText',
    defaultMessage:
      'Each change gets a receipt with its number, its time and the policy it was made under.',
  },
});

type Known = Outputs['consent']['communication']['choices'][number];
type SaidChoice = Known & { said: NonNullable<Known['said']> };

/** The choices in force with the receipt of each. */
export function Receipts({ choices }: { choices: readonly Known[] }) {
  const intl = useIntl();
  const [shown, setShown] = useState<string | null>(null);
  const said = choices
    .filter((choice): choice is SaidChoice => choice.said !== null)
    .sort((a, b) => b.said.at.localeCompare(a.said.at));
  const nameOf = ({ topic, channel }: Known) =>
    `${intl.formatMessage(topicText[topic])}, ${intl.formatMessage(channelText[channel])}`;

  return (
    <Panel
      title={intl.formatMessage(text.title)}
      aside={
        <LinkButton
          to="/data/$section/$table"
          params={{ section: 'choices', table: 'consentEvent' }}
          look="quiet"
        >
          {intl.formatMessage(text.all)}
        </LinkButton>
      }
    >
      {said.length === 0 ? (
        <EmptyState title={intl.formatMessage(text.none)}>
          {intl.formatMessage(text.noneText)}
        </EmptyState>
      ) : (
        <Table
          caption={intl.formatMessage(text.title)}
          captionHidden
          rows={said}
          rowKey={(row) => row.said.receiptId}
          columns={[
            { key: 'topic', head: intl.formatMessage(text.topic), rowHead: true, cell: nameOf },
            {
              key: 'answer',
              head: intl.formatMessage(text.answer),
              cell: ({ granted }) => (
                <Tag tone={granted ? 'good' : 'neutral'}>
                  {intl.formatMessage(granted ? uiText.on : uiText.off)}
                </Tag>
              ),
            },
            {
              key: 'when',
              head: intl.formatMessage(text.when),
              cell: (row) => <Time at={row.said.at} short />,
            },
            {
              key: 'where',
              head: intl.formatMessage(text.where),
              cell: ({ said: { source } }) =>
                isSource(source) ? intl.formatMessage(sourceText[source]) : source,
            },
            ...(viewing
              ? []
              : [
                  {
                    key: 'receipt',
                    head: intl.formatMessage(text.receipt),
                    cell: (row: SaidChoice) => (
                      <Button
                        look="quiet"
                        hiddenName={nameOf(row)}
                        onClick={() => setShown(row.said.receiptId)}
                      >
                        {intl.formatMessage(text.show)}
                      </Button>
                    ),
                  },
                ]),
          ]}
        />
      )}
      {shown && <ReceiptDialog id={shown} onClose={() => setShown(null)} />}
    </Panel>
  );
}
