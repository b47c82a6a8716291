import type { Tx } from '../../db/connect.ts';
import type { ChallengePurpose } from '../../db/schema/passkey.ts';
import { recordAudit } from '../audit/record.ts';
import { DomainError } from '../errors.ts';
import type { Context } from '../trpc/context.ts';
import { spendChallenge } from './challenges.ts';
import { checkPasskey } from './check-passkey.ts';
import { forgiveAttempt, takeAttempt } from './guard.ts';
import type { Assertion } from './input.ts';
import { lockAccount } from './lock-account.ts';
import type { LiveSession } from './sessions.ts';
import { challengeIn } from './webauthn.ts';

/** `purpose`: what the challenge must have been asked for. */
export type PasskeyProof = { kind: 'passkey'; assertion: Assertion; purpose: ChallengePurpose };

/**
 * Evaluates a passkey in a session that asked for it. Nobody guesses one, so that it waits for no budget of
 * codes; five refusals end the attempt all the same. The challenge is used up whatever comes of it.
 * @throws {DomainError} ATTEMPT_ENDED, PASSKEY_REFUSED
 */
export async function provePasskey<T>(
  ctx: Context,
  { id: sessionId, subjectId, handle }: LiveSession,
  { assertion, purpose }: PasskeyProof,
  then: (tx: Tx, methods: string[]) => Promise<T>,
): Promise<T> {
  const { deps, requestId, now } = ctx;
  const { db } = deps.connection;
  if (!(await takeAttempt(db, sessionId))) throw new DomainError('ATTEMPT_ENDED');
  const challenge = challengeIn(assertion.clientDataJSON);
  const asked = { purpose, sessionId };
  const fresh = challenge !== null && (await spendChallenge(db, ctx, challenge, asked));
  const actor = { kind: 'subject', subjectId, sessionHandle: handle } as const;
  const outcome = await db.transaction(async (tx) => {
    await lockAccount(tx, subjectId);
    const methods =
      fresh && (await checkPasskey(tx, ctx, { subjectId, assertion, challenge, actor }));
    if (methods) {
      await forgiveAttempt(tx, sessionId);
      return { done: await then(tx, methods) };
    }
    await recordAudit(tx, deps.vault, {
      action: 'auth.sign_in_refused',
      actor,
      subjectId,
      purpose: 'authenticate',
      outcome: 'refused',
      sections: ['security'],
      requestId,
      details: { factor: 'passkey', result: fresh ? 'wrong' : 'not_asked' },
      now,
    });
    return null;
  });
  if (!outcome) throw new DomainError('PASSKEY_REFUSED');
  return outcome.done;
}
