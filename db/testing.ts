import { onTestFinished } from 'vitest';

/** What would end a process: a failure that reaches nobody. */
export function failuresThatReachNobody(): unknown[] {
  const found: unknown[] = [];
  const note = (cause: unknown) => void found.push(cause);
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    process.on(event, note);
    onTestFinished(() => void process.off(event, note));
  }
  return found;
}
