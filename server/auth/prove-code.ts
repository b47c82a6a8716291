import type { Tx } from '../../db/connect.ts';
import { notMeLink } from '../alarm/link.ts';
import { recordAudit } from '../audit/record.ts';
import { DomainError } from '../errors.ts';
import { queueMail } from '../mail/queue.ts';
import type { Context } from '../trpc/context.ts';
import { forgiveGuess, takeGuess } from './guard.ts';
import { lockAccount } from './lock-account.ts';
import { spendRecoveryCode } from './recovery-codes.ts';
import type { LiveSession } from './sessions.ts';
import { checkTotp, confirmTotp, secondsToNext, type TotpResult } from './totp.ts';

export type CodeProof = { kind: 'totp' | 'recovery'; code: string };

/**
 * Evaluates one guess of a code, by all of the account's apps or its recovery codes.
 * @throws {DomainError} ATTEMPT_ENDED, CODE_CHECK_CLOSED, CODE_REFUSED, CODE_ALREADY_USED
 */
export function proveCode<T>(
  ctx: Context,
  session: LiveSession,
  { kind, code }: CodeProof,
  then: (tx: Tx, methods: string[]) => Promise<T>,
): Promise<T> {
  const { now } = ctx;
  const { vault } = ctx.deps;
  const { subjectId } = session;
  const evaluate = async (tx: Tx): Promise<TotpResult> => {
    if (kind === 'totp') {
      const key = await vault.subjectKey(tx, subjectId);
      return checkTotp(tx, { vault, key, subjectId, code, now });
    }
    return (await spendRecoveryCode(tx, { vault, subjectId, code, now })) ? 'accepted' : 'wrong';
  };
  const methods = [kind === 'totp' ? 'otp' : 'rc'];
  return guess(ctx, session, { factor: kind, evaluate }, (tx) => then(tx, methods));
}

/**
 * The same for the first code of an app that is being added.
 * @param then receives the name the app goes by from now on
 * @throws {DomainError} ATTEMPT_ENDED, CODE_CHECK_CLOSED, CODE_REFUSED
 */
export function proveNewApp<T>(
  ctx: Context,
  session: LiveSession,
  { code, name }: { code: string; name?: string | undefined },
  then: (tx: Tx, app: { id: string; name: string }) => Promise<T>,
): Promise<T> {
  const { now } = ctx;
  const { vault } = ctx.deps;
  const { subjectId } = session;
  let app = { id: '', name: '' };
  const evaluate = async (tx: Tx): Promise<TotpResult> => {
    const key = await vault.subjectKey(tx, subjectId);
    const confirmed = await confirmTotp(tx, { vault, key, subjectId, code, name, now });
    app = confirmed ?? app;
    return confirmed ? 'accepted' : 'wrong';
  };
  return guess(ctx, session, { factor: 'new_totp', evaluate }, (tx) => then(tx, app));
}

type Evaluation = {
  factor: CodeProof['kind'] | 'new_totp';
  evaluate: (tx: Tx) => Promise<TotpResult>;
};

/** The guess is taken from the budgets before it is looked at; one too many is not looked at. */
async function guess<T>(
  ctx: Context,
  session: LiveSession,
  { factor, evaluate }: Evaluation,
  then: (tx: Tx) => Promise<T>,
): Promise<T> {
  const { deps, requestId, now } = ctx;
  const { subjectId, id: attemptId, handle } = session;
  const answer = await takeGuess(deps.connection.db, { subjectId, attemptId, now });
  if (answer === 'attempt_ended') throw new DomainError('ATTEMPT_ENDED');
  if (answer !== 'go') {
    if (answer.justClosed) await tellClosed(ctx, session, answer.closedForSeconds);
    throw new DomainError('CODE_CHECK_CLOSED', { retryAfterSeconds: answer.closedForSeconds });
  }
  const outcome = await deps.connection.db.transaction(async (tx) => {
    await lockAccount(tx, subjectId);
    const result = await evaluate(tx);
    if (result !== 'accepted') {
      await recordAudit(tx, deps.vault, {
        action: 'auth.sign_in_refused',
        actor: { kind: 'subject', subjectId, sessionHandle: handle },
        subjectId,
        purpose: 'authenticate',
        outcome: 'refused',
        sections: ['security'],
        requestId,
        details: { factor, result },
        now,
      });
      return { result, value: null };
    }
    await forgiveGuess(tx, { subjectId, attemptId });
    return { result, value: { done: await then(tx) } };
  });
  if (outcome.value) return outcome.value.done;
  if (outcome.result === 'already_used') {
    throw new DomainError('CODE_ALREADY_USED', { retryAfterSeconds: secondsToNext(now) });
  }
  throw new DomainError('CODE_REFUSED');
}

async function tellClosed(
  { deps, requestId, now }: Context,
  { subjectId, handle }: LiveSession,
  seconds: number,
): Promise<void> {
  await deps.connection.db.transaction(async (tx) => {
    await recordAudit(tx, deps.vault, {
      action: 'auth.code_check_closed',
      actor: { kind: 'subject', subjectId, sessionHandle: handle },
      subjectId,
      purpose: 'platform_security',
      sections: ['security'],
      requestId,
      now,
    });
    await queueMail(tx, deps.vault, {
      subjectId,
      template: 'code_check_closed',
      params: { minutes: Math.round(seconds / 60), notMe: notMeLink(deps.env.PUBLIC_URL) },
      dedupeKey: `code_check_closed:${subjectId}:${now.toISOString()}`,
      now,
    });
  });
}
