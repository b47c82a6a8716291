import { useState } from 'react';
import { door } from '../lib/door.ts';
import { canUsePasskeys } from '../lib/passkey.ts';
import { refusalOf } from '../lib/refusal.ts';
import { trpc } from '../lib/trpc.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { AttemptEnded } from './attempt.tsx';
import { EnrolCodes } from './enrol-codes.tsx';
import { EnrolFactor, type Enrolled } from './enrol-factor.tsx';
import { EnrolMailbox } from './enrol-mailbox.tsx';
import { EnrolSecond } from './enrol-second.tsx';
import { useEnter } from './use-enter.ts';

const LOOK_AGAIN_MS = 4_000;

/** The first sign-in: the mailbox, then a second factor, then recovery codes, then perhaps one more factor. */
export default function EnrolPage() {
  const enter = useEnter();
  const [enrolled, setEnrolled] = useState<Enrolled | null>(null);
  const [saved, setSaved] = useState(false);
  const attempt = trpc.auth.attempt.useQuery(
    {},
    {
      enabled: enrolled === null,
      staleTime: 0,
      // The link may be opened on another device.
      refetchInterval: ({ state }) =>
        state.data && !state.data.emailVerified ? LOOK_AGAIN_MS : false,
    },
  );

  if (saved) return <EnrolSecond />;
  if (enrolled) {
    const offersSecond = enrolled.kind === 'app' && canUsePasskeys && door === 'portal';
    const onSaved = offersSecond ? () => setSaved(true) : enter;
    return <EnrolCodes codes={enrolled.codes} onSaved={onSaved} />;
  }
  if (attempt.isPending) return <Loading />;
  if (attempt.isError) {
    return refusalOf(attempt.error) === 'ATTEMPT_ENDED' ? (
      <AttemptEnded />
    ) : (
      <ErrorState error={attempt.error} onRetry={() => attempt.refetch()} />
    );
  }
  const { enrolling, emailVerified, passkeyOnly } = attempt.data;
  if (!enrolling) return <AttemptEnded />;
  if (!emailVerified) return <EnrolMailbox />;
  return (
    <EnrolFactor
      passkeyOnly={passkeyOnly}
      // Where codes open nothing there are none to keep.
      onDone={(done) => (done.codes.length === 0 ? void enter() : setEnrolled(done))}
    />
  );
}
