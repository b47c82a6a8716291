import type { holderTask } from '../../../db/schema/holder-task.ts';

/** Why an answer did not count, as the code that the question keeps. */
export const setbackCodes = [
  /** It did not have the form that was asked for. */
  'ANSWER_REFUSED',
  'ANSWER_TOO_LARGE',
  /** It was about another account. */
  'TASK_WRONG_SUBJECT',
  /** It came when the question had been handed out again. */
  'TASK_LEASE_OVER',
  /** It said it had erased, and found something itself afterwards. */
  'STILL_THERE',
  'port_failed',
  'port_timed_out',
  'unavailable',
] as const;
export type SetbackCode = (typeof setbackCodes)[number];

/** An answer that settled nothing: why, when, and of a false erasure how much is still there. */
export type Setback = { code: SetbackCode; at: Date; remaining: number | null };

type Task = Pick<
  typeof holderTask.$inferSelect,
  'state' | 'lastError' | 'answeredAt' | 'kind' | 'records'
>;

/**
 * What kept a question from its end although it was answered; null where it was not, or is settled.
 *
 * @param check the second question of an erasure, which counts what is still there
 */
export function setbackOf(
  { state, lastError, answeredAt }: Task,
  check: Pick<Task, 'records'> | undefined,
): Setback | null {
  if (state === 'acknowledged' || state === 'refused' || answeredAt === null) return null;
  const code = setbackCodes.find((one) => one === lastError);
  if (!code) return null;
  const remaining = code === 'STILL_THERE' ? (check?.records ?? null) : null;
  return { code, at: answeredAt, remaining };
}
