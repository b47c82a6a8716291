import { Outlet } from '@tanstack/react-router';
import { trpc } from '../../lib/trpc.ts';
import { PlainFrame } from './plain-frame.tsx';

/** The frame of the way in. Waits for the cookie question, so that it does not push the form away. */
export function SignedOutFrame() {
  const cookies = trpc.consent.cookies.useQuery({});

  if (cookies.isPending && cookies.fetchStatus !== 'paused') return null;
  return (
    <PlainFrame cookies={cookies.data}>
      <Outlet />
    </PlainFrame>
  );
}
