import { QueryCache, QueryClient } from '@tanstack/react-query';
import { httpBatchLink, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { createTRPCReact } from '@trpc/react-query';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/root.ts';
import { fetchAndNote, fetchUnnoted } from './contact.ts';
import { PROCEDURES, viewing } from './door.ts';
import { refusalDetail, refusalOf } from './refusal.ts';

/** The portal's procedures, typed by the server. */
export const trpc = createTRPCReact<AppRouter>();

export type Outputs = inferRouterOutputs<AppRouter>;
export type Inputs = inferRouterInputs<AppRouter>;

/** The server refuses more in one call. */
const MAX_ITEMS = 8;
const MAX_RETRIES = 3;
const FRESH_MS = 10_000;

/** Of a query that the page repeats by itself: nobody stays signed in because of it. */
export const WATCHING = { context: { watching: true } } as const;

/**
 * Everything is POSTed, so that nothing personal stands in an address; acts go alone, so that each is counted.
 * @param whose account the page shows: an act that reaches another one's session is refused
 */
export function createClient(whose: () => string | null) {
  return trpc.createClient({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({ url: PROCEDURES }),
        false: splitLink({
          condition: (operation) => operation.context['watching'] === true,
          true: httpLink({
            url: PROCEDURES,
            methodOverride: 'POST',
            headers: { 'X-Watching': '1' },
            fetch: fetchUnnoted,
          }),
          false: splitLink({
            condition: (operation) => operation.type === 'mutation',
            true: httpLink({
              url: PROCEDURES,
              methodOverride: 'POST',
              fetch: fetchAndNote,
              headers: () => {
                const account = whose();
                return account === null ? {} : { 'X-Account': account };
              },
            }),
            false: httpBatchLink({
              url: PROCEDURES,
              methodOverride: 'POST',
              maxItems: MAX_ITEMS,
              fetch: fetchAndNote,
            }),
          }),
        }),
      }),
    ],
  });
}

/** @param onSignedOut called when a query is refused as from nobody signed in; the session may still stand */
export function createQueries({ onSignedOut }: { onSignedOut: () => void }): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (refusalOf(error) === 'SIGNED_OUT') onSignedOut();
      },
    }),
    defaultOptions: {
      queries: {
        retry: mayRetry,
        staleTime: FRESH_MS,
        // Each look of support stands in the customer's log: none of them is made by the browser alone.
        ...(viewing ? { refetchOnWindowFocus: false, refetchOnReconnect: false } : {}),
      },
      // An act is repeated by the person, who sees what happened; never by itself.
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}

function mayRetry(failures: number, error: unknown): boolean {
  const { code, unreachable } = refusalDetail(error);
  return failures < MAX_RETRIES && (code === 'UNAVAILABLE' || unreachable);
}
