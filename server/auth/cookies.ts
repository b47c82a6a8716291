import { type SessionKind, sessionKinds } from '../../db/schema/auth.ts';

const names: Record<SessionKind, string> = {
  pending: 'pre',
  user: 'sid',
  recovery: 'rec',
  staff: 'staff',
  impersonation: 'imp',
};
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Whether cookies are Secure and carry the `__Host-` prefix: as the scheme of PUBLIC_URL says. */
export function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith('https:');
}

/** Name of a kind's cookie. */
export function sessionCookieName(kind: SessionKind, publicUrl: string): string {
  return `${isSecure(publicUrl) ? '__Host-' : ''}${names[kind]}`;
}

/**
 * Values of one cookie in a Cookie header, as they stand there. Never decodes, never throws: a bad
 * percent escape in any other cookie must not matter (RFC 6265 5.4).
 */
export function cookieValues(header: string | undefined, name: string): string[] {
  return (header ?? '').split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
}

/** The one well-formed token of each kind; two cookies of a name count as none, for one was planted. */
export function readTokens(
  header: string | undefined,
  publicUrl: string,
): Record<SessionKind, string | null> {
  const tokenOf = (kind: SessionKind) => {
    const values = cookieValues(header, sessionCookieName(kind, publicUrl));
    const [value] = values;
    return values.length === 1 && value !== undefined && TOKEN.test(value) ? value : null;
  };
  return Object.fromEntries(sessionKinds.map((kind) => [kind, tokenOf(kind)])) as Record<
    SessionKind,
    string | null
  >;
}

/** A Set-Cookie header for a session; it ends with the browser, and at the server before that. */
export function sessionCookie(kind: SessionKind, token: string, publicUrl: string): string {
  return `${sessionCookieName(kind, publicUrl)}=${token}; ${attributes(publicUrl)}`;
}

/** A Set-Cookie header that removes a session's cookie; cookies of choices stay. */
export function expiredCookie(kind: SessionKind, publicUrl: string): string {
  return `${sessionCookieName(kind, publicUrl)}=; ${attributes(publicUrl)}; Max-Age=0`;
}

function attributes(publicUrl: string): string {
  return `Path=/; HttpOnly; SameSite=Lax${isSecure(publicUrl) ? '; Secure' : ''}`;
}
