import { useIntl } from 'react-intl';
import { formatDateTime, formatDay, formatList, formatNumber } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { saveText } from '../lib/save-text.ts';
import type { Outputs } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { Fingerprint } from '../ui/fingerprint.tsx';
import { Panel } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';
import { Stack } from '../ui/text.tsx';
import { againstPlan } from './against-plan.ts';
import { ReceiptHolders } from './receipt-holders.tsx';

const text = defineMessages({
  facts: { id: 'receipt.facts', defaultMessage: 'Deletion {reference}' },
  received: { id: 'receipt.received', defaultMessage: 'Asked' },
  finished: { id: 'receipt.finished', defaultMessage: 'Finished' },
  plan: { id: 'receipt.plan', defaultMessage: 'Confirmed plan' },
  proof: { id: 'receipt.proof', defaultMessage: 'Signature' },
  fits: {
    id: 'receipt.fits',
    defaultMessage: 'Valid: this receipt was issued by EaseLLM and not altered',
  },
  fitsNot: { id: 'receipt.fitsNot', defaultMessage: 'Does not fit: this receipt was altered' },
  checked: { id: 'receipt.checked', defaultMessage: 'Checked afterwards' },
  checkedText: {
    id: 'receipt.checkedText',
    defaultMessage:
      '{tables} kinds of records searched; {rows, plural, =0 {nothing} one {# entry} other {# entries}} left that should have gone',
  },
  deleted: { id: 'receipt.deleted', defaultMessage: 'Deleted' },
  kept: { id: 'receipt.kept', defaultMessage: 'Kept' },
  what: { id: 'receipt.what', defaultMessage: 'What' },
  rows: { id: 'receipt.rows', defaultMessage: 'Entries' },
  until: { id: 'receipt.until', defaultMessage: 'Until' },
  law: { id: 'receipt.law', defaultMessage: 'Because of' },
  save: { id: 'receipt.save', defaultMessage: 'Save with its signature' },
});

type Issued = Extract<Outputs['requests']['receipt'], { state: 'issued' }>;

/** The proof of a deletion: whether it holds, what is kept and why, what is gone. */
export function IssuedReceipt({ issued }: { issued: Issued }) {
  const intl = useIntl();
  const { receipt, signature, signatureFits, publicKey, text: signed } = issued;
  const gone = receipt.tables.filter(({ action, done }) => action === 'delete' && done > 0);
  return (
    <>
      <Panel
        title={intl.formatMessage(text.facts, { reference: receipt.reference })}
        aside={
          <Button
            look="quiet"
            onClick={() =>
              saveText(
                `receipt-${receipt.reference}.json`,
                `${JSON.stringify({ receipt: signed, signature, publicKey }, null, 2)}\n`,
                'application/json',
              )
            }
          >
            {intl.formatMessage(text.save)}
          </Button>
        }
      >
        <Facts>
          <Fact
            name={intl.formatMessage(text.proof)}
            value={intl.formatMessage(signatureFits ? text.fits : text.fitsNot)}
          />
          <Fact
            name={intl.formatMessage(text.received)}
            value={formatDateTime(receipt.receivedAt)}
          />
          <Fact
            name={intl.formatMessage(text.finished)}
            value={formatDateTime(receipt.finishedAt)}
          />
          <Fact
            name={intl.formatMessage(text.checked)}
            value={intl.formatMessage(text.checkedText, {
              tables: receipt.verification.tablesChecked,
              rows: receipt.verification.rowsLeft,
            })}
          />
          <Fact
            name={intl.formatMessage(text.plan)}
            value={
              <Stack gap="tight">
                <span>
                  <Fingerprint sha256={receipt.planHash} />
                </span>
                {againstPlan(intl, receipt).map((sentence) => (
                  <span key={sentence}>{sentence}</span>
                ))}
              </Stack>
            }
          />
        </Facts>
      </Panel>
      <Panel title={intl.formatMessage(text.kept)}>
        <Table
          caption={intl.formatMessage(text.kept)}
          captionHidden
          rows={receipt.kept}
          rowKey={({ table }) => table}
          columns={[
            {
              key: 'what',
              head: intl.formatMessage(text.what),
              rowHead: true,
              cell: ({ title }) => title,
            },
            {
              key: 'rows',
              head: intl.formatMessage(text.rows),
              numeric: true,
              cell: ({ rows }) => formatNumber(rows),
            },
            {
              key: 'until',
              head: intl.formatMessage(text.until),
              cell: ({ until }) => formatList(until.map(({ date }) => formatDay(date))),
            },
            { key: 'law', head: intl.formatMessage(text.law), cell: ({ law }) => law },
          ]}
        />
      </Panel>
      <Panel title={intl.formatMessage(text.deleted)}>
        <Table
          caption={intl.formatMessage(text.deleted)}
          captionHidden
          rows={gone}
          rowKey={({ table }) => table}
          columns={[
            {
              key: 'what',
              head: intl.formatMessage(text.what),
              rowHead: true,
              cell: ({ title }) => title,
            },
            {
              key: 'rows',
              head: intl.formatMessage(text.rows),
              numeric: true,
              cell: ({ done }) => formatNumber(done),
            },
          ]}
        />
      </Panel>
      <ReceiptHolders receipt={receipt} />
    </>
  );
}
