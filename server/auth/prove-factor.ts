import type { Tx } from '../../db/connect.ts';
import { DomainError } from '../errors.ts';
import { stopRecovery } from '../support/lost-factors/stop.ts';
import type { Context } from '../trpc/context.ts';
import { type CodeProof, proveCode } from './prove-code.ts';
import { type PasskeyProof, provePasskey } from './prove-passkey.ts';
import { passkeyOnly } from './session-rules.ts';
import type { LiveSession } from './sessions.ts';

export type Proof = CodeProof | PasskeyProof;

/**
 * Evaluates a second factor in a session and, if it is right, does what it was for in the same transaction.
 * Whoever proves one has not lost them all: a recovery that is under way stops, as `stopRecovery` says.
 *
 * @param then receives how the factor stands among a session's methods
 * @throws {DomainError} ATTEMPT_ENDED, CODE_CHECK_CLOSED, CODE_REFUSED, CODE_ALREADY_USED, PASSKEY_REFUSED
 */
export function proveFactor<T>(
  ctx: Context,
  session: LiveSession,
  proof: Proof,
  then: (tx: Tx, methods: string[]) => Promise<T>,
): Promise<T> {
  const { deps, requestId, now } = ctx;
  const { subjectId, handle } = session;
  const actor = { kind: 'subject', subjectId, sessionHandle: handle } as const;
  const proved = async (tx: Tx, methods: string[]) => {
    const how = 'stopped_by_factor';
    await stopRecovery(tx, deps, { subjectId, how, actor, requestId, now });
    return then(tx, methods);
  };
  return proof.kind === 'passkey'
    ? provePasskey(ctx, session, proof, proved)
    : proveCode(ctx, session, proof, proved);
}

/** @throws {DomainError} PASSKEY_REQUIRED for a code where passkeys alone open */
export function assertTaken({ deps, surface }: Context, proof: Proof): void {
  if (proof.kind !== 'passkey' && passkeyOnly(deps.env, surface))
    throw new DomainError('PASSKEY_REQUIRED');
}
