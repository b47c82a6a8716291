/**
 * The three places this client runs in: the customer's portal, the staff console, and a customer's own
 * pages as support views them. One document never goes from one to another: links between them load anew.
 */
const doors = ['portal', 'console', 'view'] as const;
export type Door = (typeof doors)[number];

/** Where the pages of each begin; paths inside the client are written without it. */
export const basepaths: Readonly<Record<Door, string>> = {
  portal: '/',
  console: '/console',
  view: '/console/view',
};

/** Which place an address belongs to. */
export function doorAt(pathname: string): Door {
  const under = (path: string) => pathname === path || pathname.startsWith(`${path}/`);
  if (under(basepaths.view)) return 'view';
  return under(basepaths.console) ? 'console' : 'portal';
}

/** The place this document was opened at. */
export const door: Door = doorAt(globalThis.location?.pathname ?? '/');

/** Support sees a customer's page: what changes anything, and what leads elsewhere, is not shown. */
export const viewing: boolean = door === 'view';

/** What is so at this place; customers' portal and its viewed copy are the same unless told apart. */
export function atDoor<T>({
  portal,
  console: desk,
  view = portal,
}: {
  portal: T;
  console: T;
  view?: T;
}): T {
  return { portal, console: desk, view }[door];
}

/** What stands in the tab. */
export const ICON: string = atDoor({
  portal: '/favicon.svg',
  console: '/favicon-console.svg',
  view: '/favicon-view.svg',
});

/** Where the procedures answer; each door of the server knows cookies of its own. */
export const PROCEDURES: string = atDoor({
  portal: '/trpc',
  console: '/console/trpc',
  view: '/console/trpc',
});
