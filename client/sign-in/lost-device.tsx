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
  staffPasskey: {
    id: 'lost.staffPasskey',
    defaultMessage:
      'Ask an administrator to invite you again: your password and the lost device stop working at once, and a letter leads you to a new password and a new passkey.',
  },
  staff: {
    id: 'lost.staff',
    defaultMessage:
      'Sign in with one of the ten recovery codes you saved: it opens the console, but not what needs a fresh code, such as viewing an account. For a new authenticator, and without recovery codes, ask an administrator to invite you again: your password and the lost device stop working at once, and a letter leads you to new ones.',
  },
});

/** What to do without the device; always at hand where one is asked for. @param passkeyOnly no code opens this door */
export function LostDevice({ passkeyOnly = false }: { passkeyOnly?: boolean }) {
  const intl = useIntl();
  return (
    <Disclosure summary={intl.formatMessage(text.summary)}>
      {atDoor({
        portal: [text.withCodes, text.without],
        console: [passkeyOnly ? text.staffPasskey : text.staff],
      }).map((sentence) => (
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
