import { Outlet, useLocation } from '@tanstack/react-router';
import { refusalOf } from '../lib/refusal.ts';
import { trpc } from '../lib/trpc.ts';
import { useBringBack } from '../lib/use-bring-back.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { NotFound } from '../ui/not-found.tsx';
import { DeskShell } from './desk-shell.tsx';
import { isFor } from './navigation.ts';
import { PlainDesk } from './plain-desk.tsx';

/** The frame of the console's pages: nothing is drawn before it is known who of staff it is. */
export function DeskFrame() {
  const me = trpc.desk.me.useQuery({});
  const { pathname } = useLocation();
  useBringBack(me.data);
  if (me.data) {
    return (
      <DeskShell me={me.data}>
        {isFor(me.data.role, pathname) ? <Outlet /> : <NotFound />}
      </DeskShell>
    );
  }
  return (
    <PlainDesk>
      {me.isError && refusalOf(me.error) !== 'SIGNED_OUT' ? (
        <ErrorState error={me.error} onRetry={() => me.refetch()} />
      ) : (
        <Loading />
      )}
    </PlainDesk>
  );
}

/** The frame of pages that also say something to whoever is not signed in, or not any more. */
export function EitherDeskFrame() {
  const me = trpc.desk.me.useQuery({}, { retry: false });
  if (!me.isFetched) return null;
  if (me.data && !me.isError) {
    return (
      <DeskShell me={me.data}>
        <Outlet />
      </DeskShell>
    );
  }
  return (
    <PlainDesk>
      <Outlet />
    </PlainDesk>
  );
}

/** The frame of the way in. */
export function WayInDeskFrame() {
  return (
    <PlainDesk narrow>
      <Outlet />
    </PlainDesk>
  );
}
