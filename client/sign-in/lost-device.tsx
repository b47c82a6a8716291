import { Link } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { atDoor } from '../lib/door.ts';
import { defineMessages } from '../lib/messages.ts';
import { Disclosure } from '../ui/disclosure.tsx';

const text = defineMessages({
  summary: { id: 'lost.summary', defaultMessage: 'Lost your device?' },
  withCodes: {
    id: 'lost.withCodes',
    defaultMessage:
      'Sign in with one of the ten recovery codes you saved, then add a new authenticator app or passkey on the Security page.',
  },
  without: {
    id: 'lost.without',
    defaultMessage:
      'No recovery codes either? <link>Ask for a new authenticator</link>. It takes three days or more: two people decide, and your mailbox can stop it.',
  },
  staff: {
    id: 'lost.staff',
    defaultMessage:
      'Sign in with one of the ten recovery codes you saved: it opens the console, but not what needs a fresh code, such as viewing an account. For a new authenticator, and without recovery codes, ask an administrator to invite you again: your password and the lost device stop working at once, and a letter leads you to new ones.',
  },
});

/** What to do without the authenticator; always at hand where a code is asked for. */
export function LostDevice() {
  const intl = useIntl();
  return (
    <Disclosure summary={intl.formatMessage(text.summary)}>
      {atDoor({ portal: [text.withCodes, text.without], console: [text.staff] }).map((sentence) => (
        <p key={sentence.id}>
          {intl.formatMessage(sentence, {
            link: (words) => (
              <Link key="link" to="/sign-in/lost">
                {words}
              </Link>
            ),
          })}
        </p>
      ))}
    </Disclosure>
  );
}
