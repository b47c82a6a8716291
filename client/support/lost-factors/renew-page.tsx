import { useState } from 'react';
import { useIntl } from 'react-intl';
import { forgetToken, mailedToken } from '../../lib/mailed-token.ts';
import { defineMessages } from '../../lib/messages.ts';
import { canUsePasskeys } from '../../lib/passkey.ts';
import { refusalOf } from '../../lib/refusal.ts';
import { type Outputs, trpc } from '../../lib/trpc.ts';
import { AuthenticatorSetup } from '../../security/authenticator-setup.tsx';
import { PasskeySetup } from '../../security/passkey-setup.tsx';
import { RecoveryCodes } from '../../security/recovery-codes.tsx';
import { AttemptEnded } from '../../sign-in/attempt.tsx';
import { LinkNotValid } from '../../sign-in/link-not-valid.tsx';
import { useEnter } from '../../sign-in/use-enter.ts';
import { Form } from '../../ui/form.tsx';
import { SuccessBanner } from '../../ui/notice.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Section } from '../../ui/panel.tsx';
import { PasswordField } from '../../ui/text-field.tsx';

const text = defineMessages({
  title: { id: 'lostRenew.title', defaultMessage: 'Add your new authenticator' },
  lede: {
    id: 'lostRenew.lede',
    defaultMessage:
      'Have an authenticator app at hand, or the device for a passkey: once your password is right you have a quarter of an hour.',
  },
  password: { id: 'lostRenew.password', defaultMessage: 'Password of your account' },
  noPassword: { id: 'lostRenew.noPassword', defaultMessage: 'Enter your password.' },
  wrong: {
    id: 'lostRenew.wrong',
    defaultMessage: 'This password is not right. The link still works.',
  },
  submit: { id: 'lostRenew.submit', defaultMessage: 'Continue' },
  invalid: {
    id: 'lostRenew.invalid',
    defaultMessage:
      'This link was used already, its day is over, or the case was stopped. Sign in with your password to ask anew.',
  },
  setUpTitle: { id: 'lostRenew.setUpTitle', defaultMessage: 'Set up the app' },
  setUpLede: {
    id: 'lostRenew.setUpLede',
    defaultMessage:
      'When its first code is confirmed, all old authenticator apps, passkeys and recovery codes stop working, and every other session ends.',
  },
  passkey: { id: 'lostRenew.passkey', defaultMessage: 'Or a passkey in place of an app' },
  passkeyText: {
    id: 'lostRenew.passkeyText',
    defaultMessage:
      'Your phone, computer or security key confirms that it is you, by finger, face or PIN.',
  },
  done: {
    id: 'lostRenew.done',
    defaultMessage: 'The new authenticator is added, and you are signed in.',
  },
  codesTitle: { id: 'lostRenew.codesTitle', defaultMessage: 'Save your new recovery codes' },
});
type Setup = Outputs['lostFactors']['beginFactor'];

/** From the link of an approved case, with the password, to a new authenticator and new recovery codes. */
export default function LostRenewPage() {
  const intl = useIntl();
  const enter = useEnter();
  const [token] = useState(mailedToken);
  const [setup, setSetup] = useState<Setup | null>(null);
  const begin = trpc.lostFactors.begin.useMutation();
  const beginFactor = trpc.lostFactors.beginFactor.useMutation();
  const confirm = trpc.lostFactors.confirmFactor.useMutation();
  const ask = trpc.lostFactors.beginPasskey.useMutation();
  const add = trpc.lostFactors.confirmPasskey.useMutation();
  const done = confirm.data ?? add.data;

  if (done)
    return (
      <>
        <SuccessBanner>{intl.formatMessage(text.done)}</SuccessBanner>
        <PageHead title={intl.formatMessage(text.codesTitle)} />
        <RecoveryCodes codes={done.recoveryCodes} onSaved={enter} />
      </>
    );
  if ([confirm.error, add.error].some((error) => refusalOf(error) === 'ATTEMPT_ENDED'))
    return <AttemptEnded />;
  if (setup)
    return (
      <>
        <PageHead
          title={intl.formatMessage(text.setUpTitle)}
          lede={intl.formatMessage(text.setUpLede)}
        />
        <AuthenticatorSetup
          secret={setup.secret}
          otpauthUrl={setup.otpauthUrl}
          onConfirm={(code) => confirm.mutateAsync({ code })}
        />
        {canUsePasskeys && (
          <Section title={intl.formatMessage(text.passkey)}>
            <p>{intl.formatMessage(text.passkeyText)}</p>
            <PasskeySetup
              ask={() => ask.mutateAsync({})}
              onMade={(passkey) => add.mutateAsync({ passkey })}
            />
          </Section>
        )}
      </>
    );
  if (token === null) return <LinkNotValid again="/sign-in" />;
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <Form
        wide
        submit={intl.formatMessage(text.submit)}
        fieldOf={{ SIGN_IN_REFUSED: 'password' }}
        says={{
          LINK_NOT_VALID: intl.formatMessage(text.invalid),
          SIGN_IN_REFUSED: intl.formatMessage(text.wrong),
        }}
        check={({ password }) => ({ password: !password && intl.formatMessage(text.noPassword) })}
        onSubmit={async ({ password = '' }) => {
          // Where the second call was lost on the way, the first is not done twice.
          if (!begin.isSuccess) await begin.mutateAsync({ token, password });
          forgetToken();
          setSetup(await beginFactor.mutateAsync({}));
        }}
      >
        <PasswordField
          name="password"
          label={intl.formatMessage(text.password)}
          autoComplete="current-password"
        />
      </Form>
    </>
  );
}
