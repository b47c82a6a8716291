import { useState } from 'react';
import { useIntl } from 'react-intl';
import { forgetToken, mailedToken } from '../lib/mailed-token.ts';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { LinkButton } from '../ui/button.tsx';
import { Form } from '../ui/form.tsx';
import { SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { LinkNotValid } from './link-not-valid.tsx';

const text = defineMessages({
  title: { id: 'verify.title', defaultMessage: 'Confirm your e-mail address' },
  lede: {
    id: 'verify.lede',
    defaultMessage: 'Press the button to confirm that the mailbox this link came to is yours.',
  },
  submit: { id: 'verify.submit', defaultMessage: 'Confirm' },
  doneTitle: { id: 'verify.doneTitle', defaultMessage: 'Your address is confirmed' },
  done: {
    id: 'verify.done',
    defaultMessage:
      'Go on with your authenticator app in this browser, or in the one where you began.',
  },
  next: { id: 'verify.next', defaultMessage: 'Continue' },
});

/** Proves a mailbox. A press comes first: mail scanners open links, but press nothing. */
export default function VerifyPage() {
  const intl = useIntl();
  const [token] = useState(mailedToken);
  const verify = trpc.auth.verifyEmail.useMutation();

  if (verify.isSuccess) {
    return (
      <>
        <SuccessBanner>{intl.formatMessage(text.done)}</SuccessBanner>
        <PageHead title={intl.formatMessage(text.doneTitle)} />
        <div>
          <LinkButton to="/enrol" look="primary">
            {intl.formatMessage(text.next)}
          </LinkButton>
        </div>
      </>
    );
  }
  if (token === null) return <LinkNotValid again="/sign-in" />;
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <Form
        wide
        submit={intl.formatMessage(text.submit)}
        onSubmit={async () => {
          await verify.mutateAsync({ token });
          forgetToken();
        }}
      >
        {null}
      </Form>
    </>
  );
}
