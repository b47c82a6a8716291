/**
 * The opt-out signal of Global Privacy Control: one `Sec-GPC` field whose value is exactly `1`.
 * Anything else, also two fields, is no signal (GPC specification, "The Sec-GPC header field").
 *
 * @param rawHeaders names and values in turn, as Node gives them
 */
export function readGpc(rawHeaders: readonly string[]): boolean {
  const values = rawHeaders.filter(
    (_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'sec-gpc',
  );
  return values.length === 1 && values[0] === '1';
}
