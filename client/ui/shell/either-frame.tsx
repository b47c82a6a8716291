import { Outlet } from '@tanstack/react-router';
import { trpc } from '../../lib/trpc.ts';
import { PlainFrame } from './plain-frame.tsx';
import { Shell } from './shell.tsx';

/** The frame of pages that anybody may open: with the navigation for those who are signed in. */
export function EitherFrame() {
  const me = trpc.auth.me.useQuery({}, { retry: false });
  const cookies = trpc.consent.cookies.useQuery({});

  // Asked again after an act, the page stays: only the first answer is waited for.
  if (!me.isFetched || !cookies.isFetched) return null;
  if (me.data && !me.isError) {
    return (
      <Shell me={me.data} cookies={cookies.data}>
        <Outlet />
      </Shell>
    );
  }
  return (
    <PlainFrame cookies={cookies.data} reading>
      <Outlet />
    </PlainFrame>
  );
}
