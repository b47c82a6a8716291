import { useIntl } from 'react-intl';
import { atDoor } from '../lib/door.ts';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { AuthenticatorSetup } from '../security/authenticator-setup.tsx';
import { Form } from '../ui/form.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { StepCount } from './step-count.tsx';

const text = defineMessages({
  title: { id: 'enrolAuthenticator.title', defaultMessage: 'Add an authenticator app' },
  lede: {
    id: 'enrolAuthenticator.lede',
    defaultMessage:
      'What is held about you is worth a second lock: a code from an app on your phone or computer. Any app for time-based codes works.',
  },
  staffLede: {
    id: 'enrolAuthenticator.staffLede',
    defaultMessage:
      'The console opens with your password and a code from an app on your phone or computer. Any app for time-based codes works.',
  },
  begin: { id: 'enrolAuthenticator.begin', defaultMessage: 'I have an app, continue' },
});

/** Step 2: the authenticator. @param onDone receives the recovery codes; the person is signed in then */
export function EnrolAuthenticator({ onDone }: { onDone: (codes: readonly string[]) => void }) {
  const intl = useIntl();
  const begin = trpc.auth.beginEnrolment.useMutation();
  const confirm = trpc.auth.confirmEnrolment.useMutation();

  return (
    <>
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={intl.formatMessage(atDoor({ portal: text.lede, console: text.staffLede }))}
        back={<StepCount step={2} />}
      />
      {begin.data ? (
        <AuthenticatorSetup
          {...begin.data}
          onConfirm={async (code) => onDone((await confirm.mutateAsync({ code })).recoveryCodes)}
        />
      ) : (
        <Form wide submit={intl.formatMessage(text.begin)} onSubmit={() => begin.mutateAsync({})}>
          {null}
        </Form>
      )}
    </>
  );
}
