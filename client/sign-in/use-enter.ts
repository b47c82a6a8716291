import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { atDoor } from '../lib/door.ts';
import { identityOf } from '../lib/identity.ts';
import { isBack } from '../lib/kept-text.ts';
import { safePath } from '../lib/navigation.ts';
import { trpc } from '../lib/trpc.ts';

/** Goes where the person wanted to be, with nothing remembered of whoever used this page before. */
export function useEnter(): () => Promise<void> {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { then } = useSearch({ strict: false });
  const utils = trpc.useUtils();
  const ask = atDoor<() => Promise<unknown>>({
    portal: () => utils.auth.me.fetch({}),
    console: () => utils.desk.me.fetch({}),
  });
  return async () => {
    queries.removeQueries({ type: 'inactive' });
    await queries.invalidateQueries({ refetchType: 'none' });
    // Somebody else comes to their own first page, not to where the other was.
    const who = identityOf(await ask());
    await navigate({ href: who && isBack(who) ? safePath(then) : '/', replace: true });
  };
}
