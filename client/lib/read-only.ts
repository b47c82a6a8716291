import { viewing } from './door.ts';
import { trpc } from './trpc.ts';

/** Whether nothing of the account can be changed on this page: it is viewed by support, or waits to be deleted. */
export function useReadOnly(): boolean {
  const me = trpc.auth.me.useQuery({}, { enabled: !viewing });
  return viewing || (me.data?.deletion ?? null) !== null;
}
