import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { Button } from '../ui/button.tsx';
import { SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';

const text = defineMessages({
  sent: { id: 'letterSent.sent', defaultMessage: 'A letter to {to} is on its way.' },
  title: { id: 'letterSent.title', defaultMessage: 'Look into your mailbox' },
  lede: {
    id: 'letterSent.lede',
    defaultMessage:
      'Its link works once, for a day. Nothing there? Look among unwanted mail, or check the spelling of the address.',
  },
  again: { id: 'letterSent.again', defaultMessage: 'Use another address' },
});

/** Says the same whoever has the address: what is so stands in the letter. */
export function LetterSent({ to, onAgain }: { to: string; onAgain: () => void }) {
  const intl = useIntl();
  return (
    <>
      <SuccessBanner>{intl.formatMessage(text.sent, { to })}</SuccessBanner>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <div>
        <Button onClick={onAgain}>{intl.formatMessage(text.again)}</Button>
      </div>
    </>
  );
}
