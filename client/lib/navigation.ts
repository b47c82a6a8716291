let navigated = false;

/** Whether a page of this application was left for another one: only then does a heading take the focus. */
export function hasNavigated(): boolean {
  return navigated;
}

type Navigations = {
  subscribe: (
    event: 'onBeforeLoad',
    listener: (event: { fromLocation?: unknown; pathChanged: boolean }) => void,
  ) => unknown;
};

export function watchNavigation(router: Navigations): void {
  router.subscribe('onBeforeLoad', ({ fromLocation, pathChanged }) => {
    if (fromLocation !== undefined && pathChanged) navigated = true;
  });
}

/** Stands for our own origin while a path is resolved; no such host exists (RFC 6761). */
const HERE = 'https://portal.invalid';

/** A path of ours to return to after signing in, or the overview; never another site. */
export function safePath(path: string | undefined): string {
  if (!path?.startsWith('/') || !URL.canParse(path, HERE)) return '/';
  const { origin, pathname, search, hash } = new URL(path, HERE);
  // "/a/..//elsewhere" resolves to a path that browsers take for a host.
  if (origin !== HERE || pathname.startsWith('//')) return '/';
  return `${pathname}${search}${hash}`;
}

export type WayBack = {
  /** Path to return to after signing in. */
  then?: string;
};

/** What an address of the sign-in page says: the way back, and whether a session here has just ended. */
export type SignInSearch = WayBack & { ended?: true };

export function signInSearch({ then, ended }: Record<string, unknown>): SignInSearch {
  return ended === true ? { ...wayBack(then), ended } : wayBack(then);
}

/** The way back as a search parameter: left out when it leads to the overview anyway. */
export function wayBack(path: unknown): WayBack {
  if (typeof path !== 'string' || path === '/') return {};
  // biome-ignore lint/suspicious/noThenProperty: a word in an address, never a function
  return { then: path };
}
