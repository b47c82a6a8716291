/** A command was typed in a way it cannot be run; the message says what is missing. */
export class UsageError extends Error {
  override name = 'UsageError';
}
