let last = 0;

/** When the server last answered, in milliseconds of this browser's clock; 0 before the first time. */
export function lastContact(): number {
  return last;
}

/** `fetch`, remembering that an answer came. */
export async function fetchAndNote(input: RequestInfo | URL, init?: object): Promise<Response> {
  const response = await fetch(input, init);
  last = Date.now();
  return response;
}
