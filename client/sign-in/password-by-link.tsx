import { type ComponentProps, type ReactNode, useState } from 'react';
import { useIntl } from 'react-intl';
import { forgetToken, mailedToken } from '../lib/mailed-token.ts';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { LinkButton } from '../ui/button.tsx';
import { Form } from '../ui/form.tsx';
import { SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { NewPasswordForm } from './new-password-form.tsx';

const text = defineMessages({
  begin: { id: 'byLink.begin', defaultMessage: 'Continue' },
  doneTitle: { id: 'byLink.doneTitle', defaultMessage: 'Your password is set' },
  signIn: { id: 'byLink.signIn', defaultMessage: 'Sign in' },
});

/**
 * From a mailed link to a password. A press comes first: mail scanners open links, but press nothing.
 * `first` for who may have had no password yet; `withoutLink` where the address holds no token.
 */
export function PasswordByLink({
  title,
  lede,
  says,
  done,
  first = false,
  withoutLink,
}: {
  title: string;
  lede: string;
  says?: NonNullable<ComponentProps<typeof Form>['says']>;
  done: string;
  first?: boolean;
  withoutLink: ReactNode;
}) {
  const intl = useIntl();
  const [token] = useState(mailedToken);
  const [step, setStep] = useState<'link' | 'password' | 'done'>('link');
  const begin = trpc.auth.beginRecovery.useMutation();

  if (step === 'done')
    return (
      <>
        <SuccessBanner>{done}</SuccessBanner>
        <PageHead title={intl.formatMessage(text.doneTitle)} />
        <div>
          <LinkButton to="/sign-in" look="primary">
            {intl.formatMessage(text.signIn)}
          </LinkButton>
        </div>
      </>
    );
  if (step === 'password')
    return (
      <NewPasswordForm
        first={first && begin.data?.app === false && begin.data.passkey === false}
        passkey={begin.data?.passkey === true}
        app={begin.data?.app !== false}
        onDone={() => setStep('done')}
      />
    );
  if (token === null) return withoutLink;
  return (
    <>
      <PageHead title={title} lede={lede} />
      <Form
        wide
        submit={intl.formatMessage(text.begin)}
        {...(says && { says })}
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
