import type { QueryClient } from '@tanstack/react-query';
import { refusalOf } from './refusal.ts';

/** Another tab may have got the new token in an answer that is still on its way. */
const ASKED_AGAIN_MS = 500;

/**
 * Whether a query was refused because the session is over. It need not be: an act gives the session a
 * new token, and a query that was on its way with the old one is refused. So acts on their way are
 * awaited, then it is asked anew who is signed in, twice.
 *
 * @param ask the call that says who is signed in
 */
export async function sessionIsOver(
  queries: QueryClient,
  ask: () => Promise<unknown>,
): Promise<boolean> {
  await noActOnItsWay(queries);
  if (!(await refused(ask))) return false;
  await new Promise((resolve) => setTimeout(resolve, ASKED_AGAIN_MS));
  return refused(ask);
}

/** Asks again for what was refused while the session still stood. */
export function askAgain(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({
    predicate: ({ state }) => refusalOf(state.error) === 'SIGNED_OUT',
  });
}

/** Without an answer nobody knows: the pages say so themselves. */
async function refused(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return false;
  } catch (error) {
    return refusalOf(error) === 'SIGNED_OUT';
  }
}

function noActOnItsWay(queries: QueryClient): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      if (queries.isMutating() > 0) return;
      stop();
      resolve();
    };
    const stop = queries.getMutationCache().subscribe(done);
    done();
  });
}
