import { useState } from 'react';
import { useIntl } from 'react-intl';
import {
  countryName,
  formatDate,
  formatDateTime,
  formatDay,
  formatList,
  formatNumber,
} from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { saveText } from '../lib/save-text.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { Fingerprint } from '../ui/fingerprint.tsx';
import { Form } from '../ui/form.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';
import { TextField } from '../ui/text-field.tsx';
import { groundText } from './holder-text.ts';
import { HolderFacts } from './holders.tsx';
import styles from './receipt-page.module.css';
import { RequestHolds } from './request-holds.tsx';

const text = defineMessages({
  title: { id: 'receipt.title', defaultMessage: 'Receipt of a deletion' },
  lede: {
    id: 'receipt.lede',
    defaultMessage:
      'What was deleted, what law makes us keep and until when. No account is needed, only the code you were given.',
  },
  code: { id: 'receipt.code', defaultMessage: 'Receipt code' },
  codeHint: {
    id: 'receipt.codeHint',
    defaultMessage: '24 letters and digits; hyphens and case do not matter.',
  },
  missing: { id: 'receipt.missing', defaultMessage: 'Enter the code.' },
  unknown: {
    id: 'receipt.unknown',
    defaultMessage: 'There is no receipt for this code. Check it letter by letter.',
  },
  submit: { id: 'receipt.submit', defaultMessage: 'Open the receipt' },
  open: { id: 'receipt.open', defaultMessage: 'Not deleted yet' },
  openText: {
    id: 'receipt.openText',
    defaultMessage:
      '{reference}: {waitsFor, select, grace {the account can still be kept by cancelling} hold {a legal hold stops the deletion. It goes on by itself when the hold ends} holder {everything of ours is deleted, and other systems are asked} other {the deletion is under way}}.{waitsFor, select, hold {} other { It is done by {due} at the latest.}}',
  },
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

type Opened = Outputs['requests']['receipt'];
type Issued = Extract<Opened, { state: 'issued' }>;

/** Opens the proof of a deletion by its code. */
export default function ReceiptPage() {
  const intl = useIntl();
  const utils = trpc.useUtils();
  const [opened, setOpened] = useState<Opened | null>(null);
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <Form
        submit={intl.formatMessage(text.submit)}
        check={({ code }) => ({ code: !code?.trim() && intl.formatMessage(text.missing) })}
        fieldOf={{ NOT_FOUND: 'code', INPUT_REFUSED: 'code' }}
        says={{
          NOT_FOUND: intl.formatMessage(text.unknown),
          INPUT_REFUSED: intl.formatMessage(text.unknown),
        }}
        onSubmit={async ({ code = '' }) =>
          setOpened(await utils.client.requests.receipt.query({ code }))
        }
      >
        <TextField
          name="code"
          label={intl.formatMessage(text.code)}
          hint={intl.formatMessage(text.codeHint)}
          autoComplete="off"
          spellCheck={false}
          maxLength={60}
        />
      </Form>
      <div role="status">
        {opened?.state === 'open' && (
          <Notice title={intl.formatMessage(text.open)}>
            <p>
              {intl.formatMessage(text.openText, {
                reference: opened.reference,
                waitsFor: opened.waitsFor,
                due: formatDate(opened.dueAt),
              })}
            </p>
          </Notice>
        )}
      </div>
      {opened?.state === 'open' && <RequestHolds holds={opened.holds} waiting />}
      {opened?.state === 'open' && opened.holders.length > 0 && (
        <Panel title={intl.formatMessage(text.holders)}>
          <HolderFacts holders={opened.holders} kind="erasure" />
        </Panel>
      )}
      {opened?.state === 'issued' && <IssuedReceipt issued={opened} />}
    </>
  );
}

function IssuedReceipt({ issued }: { issued: Issued }) {
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
            value={<Fingerprint sha256={receipt.planHash} />}
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

type Receipt = Issued['receipt'];

/** Receipts of the first form know of no other systems. */
function ReceiptHolders({ receipt }: { receipt: Partial<Receipt> }) {
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
