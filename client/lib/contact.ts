let last = 0;
let ahead = 0;

/** When the server last answered, in milliseconds of this browser's clock; 0 before the first time. */
export function lastContact(): number {
  return last;
}

/** Now by the server's clock, as its last answer told it: this device's own may be wrong. */
export function serverNow(): number {
  return Date.now() + ahead;
}

/** `fetch`, remembering that an answer came, and what time it was there. */
export async function fetchAndNote(input: RequestInfo | URL, init?: object): Promise<Response> {
  const response = await fetchUnnoted(input, init);
  last = Date.now();
  return response;
}

/** `fetch` of a page that only watches: the server's clock is heard, and no session got longer. */
export async function fetchUnnoted(input: RequestInfo | URL, init?: object): Promise<Response> {
  const response = await fetch(input, init);
  const there = Date.parse(response.headers.get('Date') ?? '');
  if (!Number.isNaN(there)) ahead = there - Date.now();
  return response;
}
