import { useState } from 'react';
import { useIntl } from 'react-intl';
import { formatDate } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { Form } from '../ui/form.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { TextField } from '../ui/text-field.tsx';
import { HolderFacts } from './holders.tsx';
import { IssuedReceipt } from './issued-receipt.tsx';
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
      '{reference}: {waitsFor, select, grace {the account can still be kept by cancelling} hold {a legal hold stops the deletion. It goes on by itself when the hold ends} holder {everything of ours is deleted, and other systems are asked} other {the deletion is under way}}.{stopped, select, true {} other { It is done by {due} at the latest.}}',
  },
  holders: { id: 'receipt.openHolders', defaultMessage: 'Other systems' },
});

type Opened = Outputs['requests']['receipt'];

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
                stopped: opened.waitsFor === 'hold' || opened.holds.length > 0,
                due: formatDate(opened.dueAt),
              })}
            </p>
          </Notice>
        )}
      </div>
      {opened?.state === 'open' && (
        <RequestHolds holds={opened.holds} waiting={opened.waitsFor === 'hold'} />
      )}
      {opened?.state === 'open' && opened.holders.length > 0 && (
        <Panel title={intl.formatMessage(text.holders)}>
          <HolderFacts holders={opened.holders} kind="erasure" />
        </Panel>
      )}
      {opened?.state === 'issued' && <IssuedReceipt issued={opened} />}
    </>
  );
}
