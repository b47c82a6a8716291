import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { PasskeySetup } from '../security/passkey-setup.tsx';
import { Button } from '../ui/button.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { useEnter } from './use-enter.ts';

const text = defineMessages({
  title: { id: 'enrolSecond.title', defaultMessage: 'Add a passkey too?' },
  lede: {
    id: 'enrolSecond.lede',
    defaultMessage:
      'With a second way to sign in, a lost phone locks nobody out. A passkey is your phone, computer or security key itself: it confirms that it is you by finger, face or PIN. You can also add one later, on the Security page.',
  },
  later: { id: 'enrolSecond.later', defaultMessage: 'Not now' },
});

/** After the app and its codes: a second method, for whoever wants one. */
export function EnrolSecond() {
  const intl = useIntl();
  const enter = useEnter();
  const ask = trpc.auth.beginNewPasskey.useMutation();
  const add = trpc.auth.confirmNewPasskey.useMutation();
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <PasskeySetup
        ask={() => ask.mutateAsync({})}
        onMade={async (passkey) => {
          await add.mutateAsync({ passkey });
          await enter();
        }}
        actions={<Button onClick={enter}>{intl.formatMessage(text.later)}</Button>}
      />
    </>
  );
}
