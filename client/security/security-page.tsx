import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { Notice, SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Activity } from './activity.tsx';
import { OpenSessions } from './open-sessions.tsx';
import { WaysIn } from './ways-in.tsx';

const text = defineMessages({
  title: { id: 'security.title', defaultMessage: 'Security' },
  lede: {
    id: 'security.lede',
    defaultMessage:
      'How you sign in, where you are signed in, and what happened lately. We mail you when how you sign in changes.',
  },
  recovery: { id: 'security.recovery', defaultMessage: 'You signed in with a recovery code' },
  recoveryText: {
    id: 'security.recoveryText',
    defaultMessage:
      'If your phone or passkey is lost, add a new one now: within five minutes of signing in, nothing of the old one is needed. Then remove the lost one, which the new one confirms.',
  },
});

/** What keeps others out, and what a person can do about it. */
export default function SecurityPage() {
  const intl = useIntl();
  const me = trpc.auth.me.useQuery({});
  const [done, setDone] = useState<{ message: string; count: number } | null>(null);
  const say = (message: string) => setDone((last) => ({ message, count: (last?.count ?? 0) + 1 }));

  return (
    <>
      {done && <SuccessBanner key={done.count}>{done.message}</SuccessBanner>}
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      {me.data?.signedInWithRecoveryCode && (
        <Notice tone="warn" title={<FormattedMessage {...text.recovery} />}>
          <p>
            <FormattedMessage {...text.recoveryText} />
          </p>
        </Notice>
      )}
      <WaysIn onDone={say} />
      <OpenSessions onDone={say} />
      <Activity />
    </>
  );
}
