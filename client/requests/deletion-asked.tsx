import { useIntl } from 'react-intl';
import { formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { saveText } from '../lib/save-text.ts';
import type { Outputs } from '../lib/trpc.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { Row } from '../ui/text.tsx';
import styles from './delete-confirm-page.module.css';

const text = defineMessages({
  asked: {
    id: 'deleteConfirm.asked',
    defaultMessage: 'Your account will be deleted on {when}. The reference is {reference}.',
  },
  askedTitle: { id: 'deleteConfirm.askedTitle', defaultMessage: 'Keep this code' },
  askedText: {
    id: 'deleteConfirm.askedText',
    defaultMessage:
      'It opens the receipt of the deletion without an account. It is shown now and never again.',
  },
  code: { id: 'deleteConfirm.code', defaultMessage: 'Receipt code' },
  save: { id: 'deleteConfirm.save', defaultMessage: 'Save as text file' },
  file: {
    id: 'deleteConfirm.file',
    defaultMessage: 'EaseLLM: receipt code {code} for {reference}. Open it at {url}',
  },
  next: { id: 'deleteConfirm.next', defaultMessage: 'See the request' },
});

type Confirmed = Outputs['requests']['confirmErasure'];

/** What a confirmed deletion leaves in a person's hands: when it happens, and the code of its receipt. */
export function DeletionAsked({
  confirmed: { reference, executesAt, receiptCode },
}: {
  confirmed: Confirmed;
}) {
  const intl = useIntl();
  const url = `${window.location.origin}/receipt`;
  return (
    <>
      <SuccessBanner>
        {intl.formatMessage(text.asked, { when: formatDateTime(executesAt), reference })}
      </SuccessBanner>
      <PageHead
        title={intl.formatMessage(text.askedTitle)}
        lede={intl.formatMessage(text.askedText)}
      />
      <Panel title={intl.formatMessage(text.code)} padded>
        <p className={styles.code}>
          <code>{receiptCode}</code>
        </p>
        <Row>
          <CopyButton text={receiptCode} hiddenName={intl.formatMessage(text.code)} />
          <Button
            onClick={() =>
              saveText(
                `receipt-code-${reference}.txt`,
                `${intl.formatMessage(text.file, { code: receiptCode, reference, url })}\n`,
              )
            }
          >
            {intl.formatMessage(text.save)}
          </Button>
        </Row>
      </Panel>
      <div>
        <LinkButton to="/requests/$reference" params={{ reference }} look="primary">
          {intl.formatMessage(text.next)}
        </LinkButton>
      </div>
    </>
  );
}
