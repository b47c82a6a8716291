import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { Disclosure } from '../ui/disclosure.tsx';

const text = defineMessages({
  summary: { id: 'lost.summary', defaultMessage: 'Lost your device?' },
  withCodes: {
    id: 'lost.withCodes',
    defaultMessage:
      'Sign in with one of the ten recovery codes you saved, then add a new authenticator on the Security page.',
  },
  without: {
    id: 'lost.without',
    defaultMessage:
      'No recovery codes either? Write to privacy@easellm.com from the address of your account. We check who you are before anything is changed, which takes a few days.',
  },
});

/** What to do without the authenticator; always at hand where a code is asked for. */
export function LostDevice() {
  const intl = useIntl();
  return (
    <Disclosure summary={intl.formatMessage(text.summary)}>
      <p>{intl.formatMessage(text.withCodes)}</p>
      <p>{intl.formatMessage(text.without)}</p>
    </Disclosure>
  );
}
