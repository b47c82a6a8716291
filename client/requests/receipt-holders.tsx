import { useIntl } from 'react-intl';
import { countryName, formatDateTime, formatDay, formatList, formatNumber } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';
import { Panel } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';
import { groundText } from './holder-text.ts';
import styles from './receipt-page.module.css';

const text = defineMessages({
  holders: { id: 'receipt.holders', defaultMessage: 'Other systems' },
  holder: { id: 'receipt.holder', defaultMessage: 'System' },
  erased: { id: 'receipt.erased', defaultMessage: 'Erased' },
  keeps: { id: 'receipt.keeps', defaultMessage: 'Keeps' },
  keepsNothing: { id: 'receipt.keepsNothing', defaultMessage: 'nothing' },
  keepsSome: {
    id: 'receipt.keepsSome',
    defaultMessage: '{records}: {ground}',
  },
  keepsUntil: {
    id: 'receipt.keepsUntil',
    defaultMessage: '{records} until {until}: {ground}',
  },
  confirmed: { id: 'receipt.confirmed', defaultMessage: 'Confirmed' },
  answer: { id: 'receipt.answer', defaultMessage: 'Its answers (SHA-256)' },
  notConnected: {
    id: 'receipt.notConnected',
    defaultMessage: 'This portal could not ask {names}. Write to privacy@easellm.com about them.',
  },
});

type Receipt = Extract<Outputs['requests']['receipt'], { state: 'issued' }>['receipt'];

/** Receipts of the first form know of no other systems. */
export function ReceiptHolders({ receipt }: { receipt: Partial<Receipt> }) {
  const intl = useIntl();
  const { holders = [], holdersNotConnected: others = [] } = receipt;
  if (holders.length + others.length === 0) return null;
  return (
    <Panel title={intl.formatMessage(text.holders)}>
      {holders.length > 0 && (
        <Table
          caption={intl.formatMessage(text.holders)}
          captionHidden
          rows={holders}
          rowKey={({ holder }) => holder}
          columns={[
            {
              key: 'holder',
              head: intl.formatMessage(text.holder),
              rowHead: true,
              cell: ({ name, country }) => `${name}, ${countryName(country)}`,
            },
            {
              key: 'erased',
              head: intl.formatMessage(text.erased),
              numeric: true,
              cell: ({ erased }) => formatNumber(erased),
            },
            {
              key: 'keeps',
              head: intl.formatMessage(text.keeps),
              cell: ({ kept }) => keptWords(intl, kept),
            },
            {
              key: 'confirmed',
              head: intl.formatMessage(text.confirmed),
              cell: ({ checkedAt }) => formatDateTime(checkedAt),
            },
            {
              key: 'answer',
              head: intl.formatMessage(text.answer),
              cell: ({ acknowledgement, check }) => (
                <code>
                  {acknowledgement} {check}
                </code>
              ),
            },
          ]}
        />
      )}
      {others.length > 0 && (
        <p className={styles.note}>
          {intl.formatMessage(text.notConnected, {
            names: formatList(others.map(({ name }) => name)),
          })}
        </p>
      )}
    </Panel>
  );
}

function keptWords(
  intl: ReturnType<typeof useIntl>,
  kept: Receipt['holders'][number]['kept'],
): string {
  if (kept === null) return intl.formatMessage(text.keepsNothing);
  const { records, ground, until } = kept;
  const values = { records: formatNumber(records), ground: intl.formatMessage(groundText(ground)) };
  return until
    ? intl.formatMessage(text.keepsUntil, { ...values, until: formatDay(until) })
    : intl.formatMessage(text.keepsSome, values);
}
