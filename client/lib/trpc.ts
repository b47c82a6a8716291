import { QueryCache, QueryClient } from '@tanstack/react-query';
import { httpBatchLink, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { createTRPCReact } from '@trpc/react-query';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/root.ts';
import { fetchAndNote } from './contact.ts';
import { refusalDetail, refusalOf } from './refusal.ts';

/** The portal's procedures, typed by the server. */
export const trpc = createTRPCReact<AppRouter>();

export type Outputs = inferRouterOutputs<AppRouter>;
export type Inputs = inferRouterInputs<AppRouter>;

const URL = '/trpc';
/** The server refuses more in one call. */
const MAX_ITEMS = 8;
const MAX_RETRIES = 3;

/** Everything is POSTed, so that nothing personal stands in an address; acts go alone, so that each is counted. */
export function createClient() {
  return trpc.createClient({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({ url: URL }),
        false: splitLink({
          condition: (operation) => operation.type === 'mutation',
          true: httpLink({ url: URL, methodOverride: 'POST', fetch: fetchAndNote }),
          false: httpBatchLink({
            url: URL,
            methodOverride: 'POST',
            maxItems: MAX_ITEMS,
            fetch: fetchAndNote,
          }),
        }),
      }),
    ],
  });
}

/** @param onSignedOut called when any query learns that the session has ended */
export function createQueries({ onSignedOut }: { onSignedOut: () => void }): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (refusalOf(error) === 'SIGNED_OUT') onSignedOut();
      },
    }),
    defaultOptions: {
      queries: { retry: mayRetry, staleTime: 10_000 },
      // An act is repeated by the person, who sees what happened; never by itself.
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}

function mayRetry(failures: number, error: unknown): boolean {
  const { code, unreachable } = refusalDetail(error);
  return failures < MAX_RETRIES && (code === 'UNAVAILABLE' || unreachable);
}
