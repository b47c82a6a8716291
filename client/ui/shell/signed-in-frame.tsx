import { Outlet } from '@tanstack/react-router';
import { refusalOf } from '../../lib/refusal.ts';
import { trpc } from '../../lib/trpc.ts';
import { useBringBack } from '../../lib/use-bring-back.ts';
import { ErrorState } from '../error-state.tsx';
import { Loading } from '../loading.tsx';
import { PlainFrame } from './plain-frame.tsx';
import { Shell } from './shell.tsx';

/** The frame of pages that belong to somebody: nothing of them is drawn before it is known who it is. */
export function SignedInFrame() {
  const me = trpc.auth.me.useQuery({});
  const cookies = trpc.consent.cookies.useQuery({});
  useBringBack(me.data);

  if (me.data) {
    return (
      <Shell me={me.data} cookies={cookies.data}>
        <Outlet />
      </Shell>
    );
  }
  return (
    <PlainFrame cookies={cookies.data}>
      {me.isError && refusalOf(me.error) !== 'SIGNED_OUT' ? (
        <ErrorState error={me.error} onRetry={() => me.refetch()} />
      ) : (
        <Loading />
      )}
    </PlainFrame>
  );
}
