/**
 * The token of a mailed link. It stands behind the `#`, which browsers send to nobody; `?token=` is
 * read too, for mail programs that cut the other form.
 */
export function mailedToken(): string | null {
  const { hash, search } = window.location;
  const value = decode(hash.slice(1)) || new URLSearchParams(search).get('token') || '';
  return /^[A-Za-z0-9_-]{43}$/.test(value) ? value : null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** Takes a used token out of the address, so that it stays in no history. */
export function forgetToken(): void {
  window.history.replaceState(window.history.state, '', window.location.pathname);
}
