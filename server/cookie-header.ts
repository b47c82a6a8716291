/** Whether cookies are Secure and carry the `__Host-` prefix: as the scheme of the address says. */
export function isSecure(url: string): boolean {
  return url.startsWith('https:');
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
