import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { PasswordByLink } from '../sign-in/password-by-link.tsx';
import { PageHead } from '../ui/page-head.tsx';

const text = defineMessages({
  title: { id: 'welcome.title', defaultMessage: 'Welcome to the staff console' },
  lede: {
    id: 'welcome.lede',
    defaultMessage:
      'You choose a password, sign in, and add a passkey or an authenticator app. The invitation works once; it is used up when you press the button.',
  },
  notValid: {
    id: 'welcome.notValid',
    defaultMessage:
      'This invitation was used already, or its day is over. Ask the operator of this portal to invite you again.',
  },
  incomplete: { id: 'welcome.incomplete', defaultMessage: 'This invitation is incomplete' },
  incompleteText: {
    id: 'welcome.incompleteText',
    defaultMessage: 'Open the link from the letter again, whole.',
  },
  done: { id: 'welcome.done', defaultMessage: 'Sign in with it now.' },
});

/** From an invitation to a password. */
export default function WelcomePage() {
  const intl = useIntl();
  return (
    <PasswordByLink
      first
      title={intl.formatMessage(text.title)}
      lede={intl.formatMessage(text.lede)}
      says={{ LINK_NOT_VALID: intl.formatMessage(text.notValid) }}
      done={intl.formatMessage(text.done)}
      withoutLink={
        <PageHead
          title={intl.formatMessage(text.incomplete)}
          lede={intl.formatMessage(text.incompleteText)}
        />
      }
    />
  );
}
