import { DomainError } from '../errors.ts';
import type { Context } from '../trpc/context.ts';
import { verifyPassword } from './password.ts';
import { takePassword } from './password-budget.ts';
import { noteRefusedSignIn } from './refused-password.ts';

/** Whose password it should be; without a hash it is nobody's, and the same work is done. */
type Claimed = { subjectId: string; emailIndex: string; hash: string | null };

/**
 * Checks a password out of the budgets of its account and place; a right one costs none of them.
 * @throws {DomainError} SIGN_IN_REFUSED, SIGN_IN_PAUSED, BUSY
 */
export async function provePassword(
  ctx: Context,
  { subjectId, emailIndex, hash }: Claimed,
  password: string,
): Promise<void> {
  const attempt = await takePassword(ctx, { subjectId, emailIndex });
  // Also for nobody, and beyond the budget, a password costs the same time.
  if (!(await verifyPassword(attempt.may ? hash : null, password))) {
    const { pausedSeconds } = attempt;
    await attempt.refused();
    await noteRefusedSignIn(ctx, { subjectId, emailIndex, closed: pausedSeconds !== null });
    throw pausedSeconds === null
      ? new DomainError('SIGN_IN_REFUSED')
      : new DomainError('SIGN_IN_PAUSED', { retryAfterSeconds: pausedSeconds });
  }
  await attempt.giveBack();
}
