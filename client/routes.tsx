import {
  createRoute,
  lazyRouteComponent as page,
  type RouteComponent,
} from '@tanstack/react-router';
import { either, inside, outside, root } from './frames.tsx';
import { atDoor, door } from './lib/door.ts';
import { signInSearch, type WayBack, wayBack } from './lib/navigation.ts';
import { proposeWish } from './oversight/propose-wish.ts';
import { queueWish } from './oversight/queue-wish.ts';
import { notMeWish } from './security/not-me-wish.ts';
import { askWish } from './support/ask-wish.ts';
import { caseWish } from './support/cases/case-wish.ts';
import { NotFound } from './ui/not-found.tsx';

const withWayBack = ({ then }: Record<string, unknown>): WayBack => wayBack(then);

/** The way in, at both doors. */
const signIn = [
  createRoute({
    getParentRoute: () => outside,
    path: '/sign-in',
    validateSearch: signInSearch,
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
    path: '/enrol',
    component: page(() => import('./sign-in/enrol-page.tsx')),
  }),
] as const;

const lostFactors = [
  createRoute({
    getParentRoute: () => outside,
    path: '/sign-in/lost',
    component: page(() => import('./support/lost-factors/ask-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => outside,
    path: '/sign-in/lost/open',
    component: page(() => import('./support/lost-factors/open-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => outside,
    path: '/sign-in/lost/renew',
    component: page(() => import('./support/lost-factors/renew-page.tsx')),
  }),
] as const;

const signUp = [
  createRoute({
    getParentRoute: () => outside,
    path: '/sign-up',
    component: page(() => import('./sign-up/sign-up-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => outside,
    path: '/sign-up/open',
    component: page(() => import('./sign-up/open-page.tsx')),
  }),
] as const;

const mailed = [
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
    path: '/verify',
    component: page(() => import('./sign-in/verify-page.tsx')),
  }),
] as const;

const elsewhere = createRoute({
  getParentRoute: () => either,
  path: '$',
  component: atDoor<RouteComponent>({
    portal: NotFound,
    console: NotFound,
    view: page(() => import('./support/not-viewable-page.tsx')),
  }),
});

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
    path: '/sign-in/lost/stop',
    component: page(() => import('./support/lost-factors/stop-page.tsx')),
  }),
] as const;

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  component: atDoor({
    portal: page(() => import('./overview/overview-page.tsx')),
    console: page(() => import('./desk/home-page.tsx')),
    view: page(() => import('./support/view-start-page.tsx')),
  }),
});

/** Pages of a customer that support may view under a grant. */
const viewable = [
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
    path: '/communication',
    component: page(() => import('./consent/communication-page.tsx')),
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

const own = [
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
    path: '/security/not-me',
    validateSearch: notMeWish,
    component: page(() => import('./security/not-me-page.tsx')),
  }),
] as const;

/** Cases, from both sides of them: the customer's own at the portal, the queue at the console. */
const cases = [
  createRoute({
    getParentRoute: () => inside,
    path: '/cases',
    component: atDoor({
      portal: page(() => import('./support/cases/cases-page.tsx')),
      console: page(() => import('./support/cases/queue-page.tsx')),
    }),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/cases/$reference',
    component: atDoor({
      portal: page(() => import('./support/cases/case-page.tsx')),
      console: page(() => import('./support/cases/desk-case-page.tsx')),
    }),
  }),
] as const;

const newCase = createRoute({
  getParentRoute: () => inside,
  path: '/cases/new',
  validateSearch: caseWish,
  component: page(() => import('./support/cases/new-case-page.tsx')),
});

/** Pages of the staff console. */
const desk = [
  createRoute({
    getParentRoute: () => inside,
    path: '/look-up',
    component: page(() => import('./support/look-up-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/look-up/view',
    component: page(() => import('./support/start-view-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/queue',
    validateSearch: queueWish,
    component: page(() => import('./oversight/queue-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/queue/$reference',
    component: page(() => import('./oversight/request-detail-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/holds',
    component: page(() => import('./oversight/holds-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/holds/propose',
    validateSearch: proposeWish,
    component: page(() => import('./oversight/propose-hold-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/register',
    component: page(() => import('./oversight/register-page.tsx')),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/services',
    component: page(() => import('./services/services-page.tsx')),
  }),
] as const;

const caseFor = createRoute({
  getParentRoute: () => inside,
  path: '/look-up/case',
  component: page(() => import('./support/cases/case-for-page.tsx')),
});

const askFor = createRoute({
  getParentRoute: () => inside,
  path: '/look-up/ask',
  validateSearch: askWish,
  component: page(() => import('./support/ask-for-page.tsx')),
});

const welcome = createRoute({
  getParentRoute: () => outside,
  path: '/welcome',
  component: page(() => import('./desk/welcome-page.tsx')),
});
const viewEnded = createRoute({
  getParentRoute: () => either,
  path: '/view-ended',
  component: page(() => import('./support/view-ended-page.tsx')),
});

/** Every page there is; at each door the tree holds the pages of that door alone. */
export const routeTree = root.addChildren([
  inside.addChildren([home, ...viewable, ...own, ...cases, newCase, ...desk, caseFor, askFor]),
  either.addChildren([...open, viewEnded, elsewhere]),
  outside.addChildren([...signIn, ...signUp, ...lostFactors, ...mailed, welcome]),
]);

const pagesHere = {
  portal: {
    inside: [home, ...viewable, ...own, ...cases, newCase],
    either: [...open, elsewhere],
    outside: [...signIn, ...signUp, ...lostFactors, ...mailed],
  },
  console: {
    inside: [home, ...cases, ...desk, caseFor, askFor],
    either: [viewEnded, elsewhere],
    outside: [...signIn, welcome],
  },
  view: { inside: [home, ...viewable], either: [elsewhere], outside: [] },
}[door];
inside.addChildren(pagesHere.inside as never);
either.addChildren(pagesHere.either as never);
outside.addChildren(pagesHere.outside as never);
