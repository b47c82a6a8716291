import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { LinkNotValid } from './link-not-valid.tsx';
import { PasswordByLink } from './password-by-link.tsx';

const text = defineMessages({
  title: { id: 'reset.title', defaultMessage: 'Set a new password' },
  lede: {
    id: 'reset.lede',
    defaultMessage: 'The link works once. It is used up when you press the button.',
  },
  done: {
    id: 'reset.done',
    defaultMessage: 'All sessions were ended. Sign in with the new password.',
  },
});

/** From a mailed link to a new password. */
export default function ResetPage() {
  const intl = useIntl();
  return (
    <PasswordByLink
      title={intl.formatMessage(text.title)}
      lede={intl.formatMessage(text.lede)}
      done={intl.formatMessage(text.done)}
      withoutLink={<LinkNotValid again="/sign-in/forgot" />}
    />
  );
}
