/** Every problem with how a command was typed. */
export class UsageError extends Error {
  override name = 'UsageError';
}
