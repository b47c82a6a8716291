import type { QueryClient } from '@tanstack/react-query';
import { getQueryKey } from '@trpc/react-query';
import { atDoor } from './door.ts';
import { trpc } from './trpc.ts';

/** Whose account this document shows, as far as it has asked; null while nobody is known. */
export function accountShown(queries: QueryClient): string | null {
  const queryKey = atDoor({
    portal: () => getQueryKey(trpc.auth.me),
    console: () => getQueryKey(trpc.desk.me),
  })();
  const known = queries.getQueriesData<{ accountId: string | null }>({ queryKey });
  return known.find(([, data]) => data)?.[1]?.accountId ?? null;
}
