import { createRootRoute, createRoute, lazyRouteComponent as page } from '@tanstack/react-router';
import { type WayBack, wayBack } from './lib/navigation.ts';
import { NotFound } from './ui/not-found.tsx';

const root = createRootRoute();

/** Three frames: for the person signed in, for whoever comes, and for those on their way in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: page(() => import('./ui/shell/signed-in-frame.tsx'), 'SignedInFrame'),
});
const either = createRoute({
  getParentRoute: () => root,
  id: 'either',
  component: page(() => import('./ui/shell/either-frame.tsx'), 'EitherFrame'),
});
const outside = createRoute({
  getParentRoute: () => root,
  id: 'outside',
  component: page(() => import('./ui/shell/signed-out-frame.tsx'), 'SignedOutFrame'),
});

const withWayBack = ({ then }: Record<string, unknown>): WayBack => wayBack(then);

const wayIn = [
  createRoute({
    getParentRoute: () => outside,
    path: '/sign-in',
    validateSearch: withWayBack,
    component: page(() => import('./sign-in/sign-in-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => outside,
    path: '/sign-in/code',
    validateSearch: withWayBack,
    component: page(() => import('./sign-in/code-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => outside,
    path: '/sign-in/recovery-code',
    validateSearch: withWayBack,
    component: page(() => import('./sign-in/recovery-code-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => outside,
    path: '/sign-in/forgot',
    component: page(() => import('./sign-in/forgot-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => outside,
    path: '/sign-in/reset',
    component: page(() => import('./sign-in/reset-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => outside,
    path: '/enrol',
    component: page(() => import('./sign-in/enrol-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => outside,
    path: '/verify',
    component: page(() => import('./sign-in/verify-page.tsx')),
  }),
] as const;

const open = [
  createRoute({
    getParentRoute: () => either,
    path: '/cookies',
    component: page(() => import('./consent/cookies-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => either,
    path: '/policy',
    component: page(() => import('./policy/policy-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => either,
    path: '/receipt',
    component: page(() => import('./requests/receipt-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => either,
    path: '/outbox',
    component: page(() => import('./outbox/outbox-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => either,
    path: '/account/email/undo',
    component: page(() => import('./account/email-undo-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => either,
    path: '$',
    component: NotFound,
  }),
] as const;

const own = [
  createRoute({
    getParentRoute: () => inside,
    path: '/',
    component: page(() => import('./overview/overview-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/data',
    component: page(() => import('./access/data-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/data/$section',
    component: page(() => import('./access/section-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/data/$section/$table',
    component: page(() => import('./access/table-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/copy',
    component: page(() => import('./requests/copy-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/delete',
    component: page(() => import('./requests/delete-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/delete/confirm',
    component: page(() => import('./requests/delete-confirm-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/who-looked',
    component: page(() => import('./audit/who-looked-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/communication',
    component: page(() => import('./consent/communication-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/account',
    component: page(() => import('./account/account-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/account/email/confirm',
    component: page(() => import('./account/email-confirm-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/security',
    component: page(() => import('./security/security-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/requests',
    component: page(() => import('./requests/requests-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/requests/$reference',
    component: page(() => import('./requests/request-page.tsx')),
  }),
] as const;

/** Every page of the portal. */
export const routeTree = root.addChildren([
  inside.addChildren(own),
  either.addChildren(open),
  outside.addChildren(wayIn),
]);

/** Id of the frame whose pages need somebody signed in. */
export const INSIDE: string = '/inside';
