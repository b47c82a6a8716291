import { matchQuery, type QueryClient, type QueryKey } from '@tanstack/react-query';
import { identityOf } from './identity.ts';

/**
 * Hears when the server says that somebody else is signed in than this document was shown to: they signed in in
 * another tab, and nothing was refused. What was typed and asked here was by and about the one before.
 * @param me under which the answer is kept that says who is signed in
 * @returns what ends the watch
 */
export function watchPerson(queries: QueryClient, me: QueryKey, hear: () => void): () => void {
  let shown: string | null = null;
  return queries.getQueryCache().subscribe((event) => {
    if (!matchQuery({ queryKey: me }, event.query)) return;
    // Forgotten with all the rest when somebody left: whoever comes next is nobody else.
    if (event.type === 'removed') shown = null;
    if (event.type !== 'updated' || event.action.type !== 'success') return;
    const now = identityOf(event.query.state.data);
    if (now === null) return;
    const other = shown !== null && shown !== now;
    shown = now;
    if (other) hear();
  });
}
