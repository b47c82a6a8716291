import type { Tx } from '../../db/connect.ts';
import type { Actor } from '../actor.ts';
import { notMeLink } from '../alarm/link.ts';
import { recordAudit } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { queueMail } from '../mail/queue.ts';
import { stopRecovery } from '../support/lost-factors/stop.ts';
import { forgiveGuess, takeGuess } from './guard.ts';
import { lockAccount } from './lock-account.ts';
import { spendRecoveryCode } from './recovery-codes.ts';
import { checkTotp, confirmTotp, secondsToNext, type TotpResult } from './totp.ts';

export type Proof = { kind: 'totp' | 'recovery'; code: string };

type Guess = {
  deps: Deps;
  subjectId: string;
  /** Id of the session the guess is made in. */
  sessionId: string;
  actor: Actor;
  requestId: string;
  now: Date;
};
type Attempt = Guess & { proof: Proof };

/**
 * Evaluates one guess of a second factor and, if it is right, does what it was for in the same
 * transaction. Whoever proves one has not lost them all: a recovery that is under way stops, as
 * `stopRecovery` says.
 * @throws {DomainError} ATTEMPT_ENDED, CODE_CHECK_CLOSED, CODE_REFUSED, CODE_ALREADY_USED
 */
export function proveFactor<T>(attempt: Attempt, then: (tx: Tx) => Promise<T>): Promise<T> {
  const { deps, subjectId, actor, requestId, now, proof } = attempt;
  return guess(
    attempt,
    { factor: proof.kind, evaluate: (tx) => check(tx, attempt) },
    async (tx) => {
      const how = 'stopped_by_factor';
      await stopRecovery(tx, deps, { subjectId, how, actor, requestId, now });
      return then(tx);
    },
  );
}

/**
 * The same for the first code of a factor that is being added.
 * @throws {DomainError} ATTEMPT_ENDED, CODE_CHECK_CLOSED, CODE_REFUSED
 */
export function proveNewFactor<T>(
  attempt: Guess & { code: string },
  then: (tx: Tx, factorId: string) => Promise<T>,
): Promise<T> {
  const { deps, subjectId, code, now } = attempt;
  let factorId: string | null = null;
  const evaluate = async (tx: Tx): Promise<TotpResult> => {
    const key = await deps.vault.subjectKey(tx, subjectId);
    factorId = await confirmTotp(tx, { vault: deps.vault, key, subjectId, code, now });
    return factorId ? 'accepted' : 'wrong';
  };
  return guess(attempt, { factor: 'new_totp', evaluate }, (tx) => then(tx, factorId ?? ''));
}

/** The guess is taken from the budgets before it is looked at; one too many is not looked at. */
async function guess<T>(
  attempt: Guess,
  {
    factor,
    evaluate,
  }: { factor: Proof['kind'] | 'new_totp'; evaluate: (tx: Tx) => Promise<TotpResult> },
  then: (tx: Tx) => Promise<T>,
): Promise<T> {
  const { deps, subjectId, sessionId, now } = attempt;
  const answer = await takeGuess(deps.connection.db, { subjectId, attemptId: sessionId, now });
  if (answer === 'attempt_ended') throw new DomainError('ATTEMPT_ENDED');
  if (answer !== 'go') {
    if (answer.justClosed) await tellClosed(attempt, answer.closedForSeconds);
    throw new DomainError('CODE_CHECK_CLOSED', { retryAfterSeconds: answer.closedForSeconds });
  }
  const outcome = await deps.connection.db.transaction(async (tx) => {
    await lockAccount(tx, subjectId);
    const result = await evaluate(tx);
    if (result !== 'accepted') {
      await recordAudit(tx, deps.vault, {
        action: 'auth.sign_in_refused',
        actor: attempt.actor,
        subjectId,
        purpose: 'authenticate',
        outcome: 'refused',
        sections: ['security'],
        requestId: attempt.requestId,
        details: { factor, result },
        now,
      });
      return { result, value: null };
    }
    await forgiveGuess(tx, { subjectId, attemptId: sessionId });
    return { result, value: { done: await then(tx) } };
  });
  if (outcome.value) return outcome.value.done;
  if (outcome.result === 'already_used') {
    throw new DomainError('CODE_ALREADY_USED', { retryAfterSeconds: secondsToNext(now) });
  }
  throw new DomainError('CODE_REFUSED');
}

async function check(tx: Tx, { deps, subjectId, proof, now }: Attempt): Promise<TotpResult> {
  const { vault } = deps;
  if (proof.kind === 'recovery') {
    return (await spendRecoveryCode(tx, { vault, subjectId, code: proof.code, now }))
      ? 'accepted'
      : 'wrong';
  }
  const key = await vault.subjectKey(tx, subjectId);
  return checkTotp(tx, { vault, key, subjectId, code: proof.code, now });
}

async function tellClosed(
  { deps, subjectId, actor, requestId, now }: Guess,
  seconds: number,
): Promise<void> {
  await deps.connection.db.transaction(async (tx) => {
    await recordAudit(tx, deps.vault, {
      action: 'auth.code_check_closed',
      actor,
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
