import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Inputs, Outputs } from '../lib/trpc.ts';

type Customer = NonNullable<Outputs['support']['lookUp']['found']>;
type Asked = Inputs['support']['lookUp'];

/** Whom the agent has looked up last, and about what. */
export type Found = { customer: Customer; category: Asked['category']; ticket: string | null };

const KEY = ['found'];

/**
 * The customer that was looked up last, in memory alone: it is gone with the document and with the
 * session, and is looked up, and recorded, again.
 */
export function useFound(): { found: Found | null; keep: (found: Found | null) => void } {
  const queries = useQueryClient();
  const { data } = useQuery<Found | null>({
    queryKey: KEY,
    queryFn: () => null,
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  return {
    found: data ?? null,
    keep: (found) => {
      queries.setQueryData(KEY, found);
    },
  };
}

/** Whether a ticket may be the reason of a view or a request: the server says the same, and looks who wrote in it. */
export function isOpen({
  kind,
  state,
}: Pick<Found['customer']['tickets'][number], 'kind' | 'state'>): boolean {
  return state !== 'closed' && kind !== 'lost_factors' && kind !== 'dispute';
}
