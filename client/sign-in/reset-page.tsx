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
import { NewPasswordForm } from './new-password-form.tsx';

const text = defineMessages({
  title: { id: 'reset.title', defaultMessage: 'Set a new password' },
  lede: {
    id: 'reset.lede',
    defaultMessage: 'The link works once. It is used up when you press the button.',
  },
  begin: { id: 'reset.begin', defaultMessage: 'Continue' },
  doneTitle: { id: 'reset.doneTitle', defaultMessage: 'Your password is set' },
  done: {
    id: 'reset.done',
    defaultMessage: 'All sessions were ended. Sign in with the new password.',
  },
  signIn: { id: 'reset.signIn', defaultMessage: 'Sign in' },
});

/** From a mailed link to a new password. A press comes first: mail scanners open links, but press nothing. */
export default function ResetPage() {
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
  if (step === 'password') return <NewPasswordForm onDone={() => setStep('done')} />;
  if (token === null) return <LinkNotValid again="/sign-in/forgot" />;
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <Form
        wide
        submit={intl.formatMessage(text.begin)}
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
