import { useState } from 'react';
import { useIntl } from 'react-intl';
import { forgetToken, mailedToken } from '../lib/mailed-token.ts';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { NewPasswordForm } from '../sign-in/new-password-form.tsx';
import { LinkButton } from '../ui/button.tsx';
import { Form } from '../ui/form.tsx';
import { SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';

const text = defineMessages({
  title: { id: 'welcome.title', defaultMessage: 'Welcome to the staff console' },
  lede: {
    id: 'welcome.lede',
    defaultMessage:
      'You choose a password, sign in, and add an authenticator app. The invitation works once; it is used up when you press the button.',
  },
  begin: { id: 'welcome.begin', defaultMessage: 'Continue' },
  notValid: {
    id: 'welcome.notValid',
    defaultMessage:
      'This invitation was used already, or its day is over. Ask an administrator to invite you again.',
  },
  incomplete: { id: 'welcome.incomplete', defaultMessage: 'This invitation is incomplete' },
  incompleteText: {
    id: 'welcome.incompleteText',
    defaultMessage: 'Open the link from the letter again, whole.',
  },
  doneTitle: { id: 'welcome.doneTitle', defaultMessage: 'Your password is set' },
  done: { id: 'welcome.done', defaultMessage: 'Sign in with it now.' },
  signIn: { id: 'welcome.signIn', defaultMessage: 'Sign in' },
});

/** From an invitation to a password. A press comes first: mail scanners open links, but press nothing. */
export default function WelcomePage() {
  const intl = useIntl();
  const [token] = useState(mailedToken);
  const [step, setStep] = useState<'link' | 'password' | 'done'>('link');
  const begin = trpc.auth.beginRecovery.useMutation();

  if (step === 'done') {
    return (
      <>
        <SuccessBanner>{intl.formatMessage(text.done)}</SuccessBanner>
        <PageHead title={intl.formatMessage(text.doneTitle)} />
        <div>
          <LinkButton to="/sign-in" look="primary">
            {intl.formatMessage(text.signIn)}
          </LinkButton>
        </div>
      </>
    );
  }
  if (step === 'password')
    return <NewPasswordForm first={begin.data?.factor === false} onDone={() => setStep('done')} />;
  if (token === null) {
    return (
      <PageHead
        title={intl.formatMessage(text.incomplete)}
        lede={intl.formatMessage(text.incompleteText)}
      />
    );
  }
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <Form
        wide
        submit={intl.formatMessage(text.begin)}
        says={{ LINK_NOT_VALID: intl.formatMessage(text.notValid) }}
        onSubmit={async () => {
          await begin.mutateAsync({ token });
          forgetToken();
          setStep('password');
        }}
      >
        {null}
      </Form>
    </>
  );
}
