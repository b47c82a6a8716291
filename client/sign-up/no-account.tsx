import { Link } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { PageHead } from '../ui/page-head.tsx';

const text = defineMessages({
  title: { id: 'noAccount.title', defaultMessage: 'We cannot open an account for you' },
  lede: {
    id: 'noAccount.lede',
    defaultMessage:
      'What you entered was not kept. Your browser remembers for a day that no account can be opened here, and nothing else.',
  },
  more: {
    id: 'noAccount.more',
    defaultMessage:
      'Questions? Write to privacy@easellm.com, or read our <link>privacy policy</link>.',
  },
});

/** The end of the way for who is too young, and for whoever asks again from the same browser that day. */
export function NoAccount() {
  const intl = useIntl();
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <p>
        <FormattedMessage
          {...text.more}
          values={{ link: (words) => <Link to="/policy">{words}</Link> }}
        />
      </p>
    </>
  );
}
