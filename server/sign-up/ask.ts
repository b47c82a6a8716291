import { signUp } from '../../db/schema/sign-up.ts';
import { assertPoint, budgets, mayMail } from '../auth/limits.ts';
import { cookieHeader } from '../consent/register.ts';
import { isSecure } from '../cookie-header.ts';
import { newId } from '../crypto/token.ts';
import { DomainError } from '../errors.ts';
import { enqueue } from '../jobs/define.ts';
import type { Context } from '../trpc/context.ts';
import { type BirthDate, isBirthDate, isOldEnough } from './age.ts';
import { lapseJob } from './lapse.ts';
import { signUpMailJob } from './letter.ts';
import { issueTicket, isTicketValid } from './ticket.ts';

const DAY_MS = 86_400_000;

/**
 * The first question, before anything personal: when somebody was born. The date is looked at and forgotten;
 * nothing is written, not even a count. Who is too young gets no ticket, and the browser a cookie that says
 * only that: whatever is answered next is answered alike for a day.
 * @throws {DomainError} INPUT_REFUSED for a day that there is not, or on which nobody who lives was born
 */
export function answerAge(ctx: Context, born: BirthDate): { ticket: string | null } {
  const { deps, now } = ctx;
  atThePortal(ctx);
  if (isRefused(ctx)) return { ticket: null };
  if (!isBirthDate(born, now)) throw new DomainError('INPUT_REFUSED');
  if (isOldEnough(born, now)) return { ticket: issueTicket(deps.vault, now) };
  ctx.setCookie(cookieHeader('no_sign_up', '1', { secure: isSecure(deps.env.PUBLIC_URL) }));
  return { ticket: null };
}

type Wish = {
  ticket: string;
  email: string;
  displayName: string;
  country: string;
  timeZone?: string | undefined;
};

/**
 * Takes down what somebody wants an account with, and leaves the rest to a job: whether the address is new,
 * has an account or waits already shows in no answer and in no work. No password is asked for before the
 * mailbox is proved: whoever proves it shall find nobody else's in their account.
 * @throws {DomainError} SIGN_UP_CLOSED, SIGN_UP_OVER, TOO_MANY_ATTEMPTS; beyond what may be mailed to one
 *   address nothing is written and nothing is said
 */
export async function askSignUp(ctx: Context, wish: Wish): Promise<void> {
  const { deps, requestId, now } = ctx;
  const { vault, connection } = deps;
  atThePortal(ctx);
  if (isRefused(ctx)) throw new DomainError('SIGN_UP_CLOSED');
  if (!isTicketValid(vault, wish.ticket, now)) throw new DomainError('SIGN_UP_OVER');
  const emailIndex = vault.emailIndex(wish.email);
  await assertPoint(deps, budgets.signUpByNetwork, ctx.ipPrefix, now);
  await assertPoint(deps, budgets.mailByNetwork, ctx.ipPrefix, now);
  if (!(await mayMail(deps, emailIndex, now))) return;
  const subjectId = newId(now);
  const expiresAt = new Date(now.getTime() + DAY_MS);
  await connection.db.transaction(async (tx) => {
    const key = await vault.createSubjectKey(tx, subjectId, now);
    await tx.insert(signUp).values({
      subjectId,
      email: vault.seal(key, 'sign_up.email', wish.email),
      emailIndex,
      displayName: vault.seal(key, 'sign_up.display_name', wish.displayName),
      country: wish.country,
      timeZone: wish.timeZone ?? 'UTC',
      requestedAt: now,
      expiresAt,
    });
    await enqueue(tx, signUpMailJob, { payload: { subjectId, requestId }, subjectId, now });
    await enqueue(tx, lapseJob, {
      payload: { subjectId },
      subjectId,
      runAt: expiresAt,
      dedupeKey: `sign_up.lapse:${subjectId}`,
      now,
    });
  });
}

function isRefused(ctx: Context): boolean {
  return ctx.cookie('no_sign_up') !== null;
}

/** @throws {DomainError} NOT_FOUND at the console: staff are invited */
export function atThePortal({ surface }: Context): void {
  if (surface !== 'portal') throw new DomainError('NOT_FOUND');
}
