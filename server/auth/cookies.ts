import { type SessionKind, sessionKinds } from '../../db/schema/auth.ts';
import type { CookieName } from '../consent/register.ts';
import { cookieValues, isSecure } from '../cookie-header.ts';
import type { Env } from '../env.ts';
import type { Surface } from '../trpc/context.ts';

type Urls = Pick<Env, 'PUBLIC_URL' | 'CONSOLE_URL'>;

/** A session's cookie at each door; null where such a session has no business. */
const names: Record<Surface, Record<SessionKind, CookieName | null>> = {
  portal: { pending: 'pre', user: 'sid', recovery: 'rec', staff: null, impersonation: null },
  console: {
    pending: 'staff_pre',
    user: null,
    recovery: 'staff_rec',
    staff: 'staff',
    impersonation: 'view_as',
  },
};
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

function secureAt(urls: Urls, surface: Surface): boolean {
  return isSecure(surface === 'portal' ? urls.PUBLIC_URL : urls.CONSOLE_URL);
}

function cookieName(kind: SessionKind, urls: Urls, surface: Surface): string | null {
  const name = names[surface][kind];
  return name && `${secureAt(urls, surface) ? '__Host-' : ''}${name}`;
}

/** The one well-formed token of each kind; two cookies of a name count as none, for one was planted. */
export function readTokens(
  header: string | undefined,
  urls: Urls,
  surface: Surface,
): Record<SessionKind, string | null> {
  const tokenOf = (kind: SessionKind) => {
    const name = cookieName(kind, urls, surface);
    const values = name === null ? [] : cookieValues(header, name);
    const [value] = values;
    return values.length === 1 && value !== undefined && TOKEN.test(value) ? value : null;
  };
  return Object.fromEntries(sessionKinds.map((kind) => [kind, tokenOf(kind)])) as Record<
    SessionKind,
    string | null
  >;
}

type Door = { deps: { env: Urls }; surface: Surface };

/**
 * A Set-Cookie header for a session; it ends with the browser, and at the server before that.
 * @throws {RangeError} for a kind that has no cookie at this door
 */
export function sessionCookie(kind: SessionKind, token: string, { deps, surface }: Door): string {
  return `${nameAt(kind, deps.env, surface)}=${token}; ${attributes(deps.env, surface)}`;
}

/** A Set-Cookie header that removes a session's cookie; cookies of choices stay. */
export function expiredCookie(kind: SessionKind, { deps, surface }: Door): string {
  return `${nameAt(kind, deps.env, surface)}=; ${attributes(deps.env, surface)}; Max-Age=0`;
}

function nameAt(kind: SessionKind, urls: Urls, surface: Surface): string {
  const name = cookieName(kind, urls, surface);
  if (name === null) throw new RangeError(`no ${kind} session at the ${surface}`);
  return name;
}

/** Customers come by links from their mail; nobody comes to the console from another site. */
function attributes(urls: Urls, surface: Surface): string {
  const site = surface === 'portal' ? 'Lax' : 'Strict';
  return `Path=/; HttpOnly; SameSite=${site}${secureAt(urls, surface) ? '; Secure' : ''}`;
}
