import { useIntl } from 'react-intl';
import { atDoor } from '../lib/door.ts';
import { defineMessages } from '../lib/messages.ts';
import { canUsePasskeys } from '../lib/passkey.ts';
import { trpc } from '../lib/trpc.ts';
import { AuthenticatorSetup } from '../security/authenticator-setup.tsx';
import { PasskeySetup } from '../security/passkey-setup.tsx';
import { Form } from '../ui/form.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Section } from '../ui/panel.tsx';
import { StepCount } from './step-count.tsx';

const text = defineMessages({
  title: { id: 'enrolFactor.title', defaultMessage: 'Add a second factor' },
  setUp: { id: 'enrolFactor.setUp', defaultMessage: 'Set up the app' },
  passkeyOnlyTitle: { id: 'enrolFactor.passkeyOnlyTitle', defaultMessage: 'Add a passkey' },
  lede: {
    id: 'enrolFactor.lede',
    defaultMessage:
      'What is held about you is worth more than a password. Choose one of these; you can add more later.',
  },
  staffLede: {
    id: 'enrolFactor.staffLede',
    defaultMessage: 'The console opens with your password and one of these.',
  },
  onlyLede: {
    id: 'enrolFactor.onlyLede',
    defaultMessage: 'The console opens with a passkey. Codes of an app are not accepted here.',
  },
  passkey: { id: 'enrolFactor.passkey', defaultMessage: 'Passkey' },
  passkeyText: {
    id: 'enrolFactor.passkeyText',
    defaultMessage:
      'Your phone, computer or security key confirms that it is you, by finger, face or PIN. Nothing to type, and it works at this address alone, so that nobody can ask you for it elsewhere.',
  },
  app: { id: 'enrolFactor.app', defaultMessage: 'Authenticator app' },
  appText: {
    id: 'enrolFactor.appText',
    defaultMessage:
      'An app on your phone or computer shows a new code every 30 seconds. Any app for time-based codes works.',
  },
  begin: { id: 'enrolFactor.begin', defaultMessage: 'I have an app, continue' },
  noPasskeys: {
    id: 'enrolFactor.noPasskeys',
    defaultMessage:
      'This browser cannot make a passkey at this address. Open the console in a browser or on a device that can.',
  },
});

export type Enrolled = { codes: readonly string[]; kind: 'app' | 'passkey' };
type EnrolFactorProps = {
  /** No app will do at this door. */
  passkeyOnly: boolean;
  /** Receives the recovery codes; the person is signed in then. */
  onDone: (enrolled: Enrolled) => void;
};

/** Step 2: a passkey or an authenticator app. */
export function EnrolFactor({ passkeyOnly, onDone }: EnrolFactorProps) {
  const intl = useIntl();
  const begin = trpc.auth.beginEnrolment.useMutation();
  const confirm = trpc.auth.confirmEnrolment.useMutation();
  const ask = trpc.auth.beginPasskeyEnrolment.useMutation();
  const add = trpc.auth.confirmPasskeyEnrolment.useMutation();

  if (begin.data)
    return (
      <>
        <PageHead title={intl.formatMessage(text.setUp)} back={<StepCount step={2} />} />
        <AuthenticatorSetup
          secret={begin.data.secret}
          otpauthUrl={begin.data.otpauthUrl}
          onConfirm={async (code) => {
            const { recoveryCodes } = await confirm.mutateAsync({ code });
            onDone({ codes: recoveryCodes, kind: 'app' });
          }}
        />
      </>
    );
  const lede = atDoor({ portal: text.lede, console: text.staffLede });
  return (
    <>
      <PageHead
        title={intl.formatMessage(passkeyOnly ? text.passkeyOnlyTitle : text.title)}
        lede={intl.formatMessage(passkeyOnly ? text.onlyLede : lede)}
        back={<StepCount step={2} />}
      />
      {canUsePasskeys && (
        <Section title={intl.formatMessage(text.passkey)}>
          <p>{intl.formatMessage(text.passkeyText)}</p>
          <PasskeySetup
            wide
            ask={() => ask.mutateAsync({})}
            onMade={async (passkey) => {
              const { recoveryCodes } = await add.mutateAsync({ passkey });
              onDone({ codes: recoveryCodes, kind: 'passkey' });
            }}
          />
        </Section>
      )}
      {passkeyOnly && !canUsePasskeys && (
        <Notice tone="warn">{intl.formatMessage(text.noPasskeys)}</Notice>
      )}
      {!passkeyOnly && (
        <Section title={intl.formatMessage(text.app)}>
          <p>{intl.formatMessage(text.appText)}</p>
          <Form
            wide
            label={intl.formatMessage(text.app)}
            submit={intl.formatMessage(text.begin)}
            submitLook={canUsePasskeys ? 'plain' : 'primary'}
            onSubmit={() => begin.mutateAsync({})}
          >
            {null}
          </Form>
        </Section>
      )}
    </>
  );
}
