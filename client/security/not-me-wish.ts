/** What was not them, as links to the page say it: the id of an entry, or the handle of a session. */
export type NotMeWish = { event?: string; session?: string };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** From an address, which anybody can have written. */
export function notMeWish({ event, session }: Record<string, unknown>): NotMeWish {
  const named = (value: unknown): value is string => typeof value === 'string' && UUID.test(value);
  if (named(event)) return { event };
  return named(session) ? { session } : {};
}
