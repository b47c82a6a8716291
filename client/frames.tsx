import { createRootRoute, createRoute, lazyRouteComponent as page } from '@tanstack/react-router';
import { atDoor } from './lib/door.ts';

export const root = createRootRoute();

/** Three frames at each door: for the person signed in, for whoever comes, and for those on their way in. */
export const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: atDoor({
    portal: page(() => import('./ui/shell/signed-in-frame.tsx'), 'SignedInFrame'),
    console: page(() => import('./desk/desk-frame.tsx'), 'DeskFrame'),
    view: page(() => import('./support/view-frame.tsx'), 'ViewFrame'),
  }),
});
export const either = createRoute({
  getParentRoute: () => root,
  id: 'either',
  component: atDoor({
    portal: page(() => import('./ui/shell/either-frame.tsx'), 'EitherFrame'),
    console: page(() => import('./desk/desk-frame.tsx'), 'EitherDeskFrame'),
    view: page(() => import('./support/view-frame.tsx'), 'ViewFrame'),
  }),
});
export const outside = createRoute({
  getParentRoute: () => root,
  id: 'outside',
  component: atDoor({
    portal: page(() => import('./ui/shell/signed-out-frame.tsx'), 'SignedOutFrame'),
    console: page(() => import('./desk/desk-frame.tsx'), 'WayInDeskFrame'),
  }),
});

/** Id of the frame whose pages need somebody signed in. */
export const INSIDE: string = '/inside';
