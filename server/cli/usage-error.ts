/** A problem with how a command was typed. */
export class UsageError extends Error {
  override name = 'UsageError';
}

const HOW = 'How commands are written: npm run admin -- help';

/** How a command that failed ends: what it prints, and its exit code; 2 where another way of typing would help. */
export function endingOf(cause: unknown): { words: string; code: 1 | 2 } {
  const words = cause instanceof Error ? cause.message : String(cause);
  return isMistyped(cause) ? { words: `${words}\n${HOW}`, code: 2 } : { words, code: 1 };
}

/** Ours, and what Node says of options it does not know. */
function isMistyped(cause: unknown): boolean {
  if (cause instanceof UsageError) return true;
  return (
    cause instanceof TypeError && 'code' in cause && String(cause.code).startsWith('ERR_PARSE_ARGS')
  );
}
