import { createRouter, RouterProvider } from '@tanstack/react-router';
import { INSIDE } from './frames.tsx';
import { basepaths, door, viewing } from './lib/door.ts';
import { leaveView } from './lib/leave-view.ts';
import { watchNavigation, wayBack } from './lib/navigation.ts';
import { Providers } from './lib/providers.tsx';
import { createClient, createQueries } from './lib/trpc.ts';
import { routeTree } from './routes.tsx';
import { NotFound } from './ui/not-found.tsx';
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

const client = createClient();
const queries = createQueries({ onSignedOut: () => void leave() });
let leaving = false;

/** To the sign-in page, with the way back; pages that need nobody signed in stay as they are. */
async function leave(): Promise<void> {
  const { matches, location } = router.state;
  if (viewing) return leaveView();
  if (leaving || !matches.some((match) => match.routeId === INSIDE)) return;
  leaving = true;
  await router.navigate({
    to: '/sign-in',
    search: wayBack(location.href),
    replace: true,
  });
  leaving = false;
  // What was shown to the person who left is not kept for the next one.
  queries.clear();
}

export function App() {
  return (
    <Providers client={client} queries={queries}>
      <RouterProvider router={router} />
    </Providers>
  );
}
