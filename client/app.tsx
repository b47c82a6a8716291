import { matchQuery, type QueryKey } from '@tanstack/react-query';
import { createRouter, RouterProvider } from '@tanstack/react-router';
import { getQueryKey } from '@trpc/react-query';
import { useEffect, useState } from 'react';
import { INSIDE } from './frames.tsx';
import { accountShown } from './lib/account-shown.ts';
import { atDoor, basepaths, door, viewing } from './lib/door.ts';
import { identityOf } from './lib/identity.ts';
import { keepTyped } from './lib/kept-text.ts';
import { leaveView } from './lib/leave-view.ts';
import { tellLeft } from './lib/left.ts';
import { watchNavigation, wayBack } from './lib/navigation.ts';
import { watchPerson } from './lib/other-person.ts';
import { Providers } from './lib/providers.tsx';
import { askAgain, sessionIsOver } from './lib/session-end.ts';
import { createClient, createQueries, trpc, WATCHING } from './lib/trpc.ts';
import { routeTree } from './routes.tsx';
import { NotFound } from './ui/not-found.tsx';
import { OtherPerson } from './ui/other-person.tsx';
import { PageError } from './ui/page-error.tsx';

export const router = createRouter({
  routeTree,
  basepath: basepaths[door],
  defaultPreload: 'intent',
  defaultErrorComponent: PageError,
  defaultNotFoundComponent: NotFound,
  // Another object of the same kind is another page: its heading is read, its forms start empty.
  defaultRemountDeps: ({ params }) => params,
});
watchNavigation(router);

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

const queries = createQueries({ onSignedOut: () => void leave() });
const client = createClient(() => accountShown(queries));
/** What says who is signed in at this place: under which key it is kept, and the call itself. */
const me = atDoor<{ key: QueryKey; ask: () => Promise<unknown> }>({
  portal: { key: getQueryKey(trpc.auth.me), ask: () => client.auth.me.query({}, WATCHING) },
  console: { key: getQueryKey(trpc.desk.me), ask: () => client.desk.me.query({}, WATCHING) },
});
let leaving = false;

/** To the sign-in page, with the way back; pages that need nobody signed in stay as they are. */
async function leave(): Promise<void> {
  if (viewing) return leaveView();
  if (leaving || !needsSomebody()) return;
  leaving = true;
  try {
    const somebody = queries.getQueriesData({ queryKey: me.key }).find(([, data]) => data)?.[1];
    const wasIn = somebody !== undefined;
    if (wasIn && !(await sessionIsOver(queries, me.ask))) return void askAgain(queries);
    if (!needsSomebody()) return;
    const who = identityOf(somebody);
    if (who) keepTyped({ who, path: router.state.location.pathname });
    tellLeft();
    await router.navigate({
      to: '/sign-in',
      search: { ...wayBack(router.state.location.href), ...(wasIn && { ended: true }) },
      replace: true,
    });
    // What was shown to the person who left is not kept for the next one.
    queries.clear();
  } finally {
    leaving = false;
  }
}

function needsSomebody(): boolean {
  return router.state.matches.some((match) => match.routeId === INSIDE);
}

export function App() {
  const [other, setOther] = useState(false);
  useEffect(
    () =>
      watchPerson(queries, me.key, () => {
        // Of the one before nothing stays, neither on the page nor behind it.
        tellLeft();
        if (needsSomebody()) setOther(true);
        queries.removeQueries({ predicate: (query) => !matchQuery({ queryKey: me.key }, query) });
      }),
    [],
  );
  return (
    <Providers client={client} queries={queries}>
      {other ? <OtherPerson /> : <RouterProvider router={router} />}
    </Providers>
  );
}
