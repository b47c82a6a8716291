import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { looksLikeEmail } from '../lib/codes.ts';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { Form } from '../ui/form.tsx';
import { SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { TextField } from '../ui/text-field.tsx';

const text = defineMessages({
  title: { id: 'forgot.title', defaultMessage: 'Set a new password' },
  lede: {
    id: 'forgot.lede',
    defaultMessage:
      'We mail you a link that works once, for ten minutes. You need your authenticator app or a recovery code too.',
  },
  email: { id: 'forgot.email', defaultMessage: 'E-mail address of your account' },
  noEmail: {
    id: 'forgot.noEmail',
    defaultMessage: 'Enter your e-mail address, like name@example.com.',
  },
  submit: { id: 'forgot.submit', defaultMessage: 'Send the link' },
  sent: {
    id: 'forgot.sent',
    defaultMessage:
      'If an account has the address {email}, the link is on its way. Nothing there? Look among unwanted mail, or check the spelling.',
  },
  back: { id: 'forgot.back', defaultMessage: 'Back to sign-in' },
});

/** Asks for a mailed link; says the same whether or not there is such an account. */
export default function ForgotPage() {
  const intl = useIntl();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const forgot = trpc.auth.forgot.useMutation();

  return (
    <>
      {sentTo && (
        <SuccessBanner key={sentTo}>
          {intl.formatMessage(text.sent, { email: sentTo })}
        </SuccessBanner>
      )}
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <Form
        wide
        submit={intl.formatMessage(text.submit)}
        check={(values) => ({
          email: !looksLikeEmail(values.email) && intl.formatMessage(text.noEmail),
        })}
        onSubmit={async (values) => {
          const email = values.email ?? '';
          await forgot.mutateAsync({ email });
          setSentTo(email);
        }}
      >
        <TextField
          name="email"
          type="email"
          label={intl.formatMessage(text.email)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
        />
      </Form>
      <p>
        <Link to="/sign-in">{intl.formatMessage(text.back)}</Link>
      </p>
    </>
  );
}
