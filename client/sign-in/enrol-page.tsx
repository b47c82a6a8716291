import { useState } from 'react';
import { refusalOf } from '../lib/refusal.ts';
import { trpc } from '../lib/trpc.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { AttemptEnded } from './attempt.tsx';
import { EnrolAuthenticator } from './enrol-authenticator.tsx';
import { EnrolCodes } from './enrol-codes.tsx';
import { EnrolMailbox } from './enrol-mailbox.tsx';

const LOOK_AGAIN_MS = 4_000;

/** The first sign-in: the mailbox, then an authenticator, then recovery codes. */
export default function EnrolPage() {
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const attempt = trpc.auth.attempt.useQuery(
    {},
    {
      enabled: codes === null,
      staleTime: 0,
      // The link may be opened on another device.
      refetchInterval: ({ state }) =>
        state.data && !state.data.emailVerified ? LOOK_AGAIN_MS : false,
    },
  );

  if (codes) return <EnrolCodes codes={codes} />;
  if (attempt.isPending) return <Loading />;
  if (attempt.isError) {
    return refusalOf(attempt.error) === 'ATTEMPT_ENDED' ? (
      <AttemptEnded />
    ) : (
      <ErrorState error={attempt.error} onRetry={() => attempt.refetch()} />
    );
  }
  if (attempt.data.factors > 0) return <AttemptEnded />;
  return attempt.data.emailVerified ? <EnrolAuthenticator onDone={setCodes} /> : <EnrolMailbox />;
}
