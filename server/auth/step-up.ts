import type { ChallengePurpose } from '../../db/schema/passkey.ts';
import { recordAudit } from '../audit/record.ts';
import type { Context } from '../trpc/context.ts';
import { askProof } from './ask-passkey.ts';
import type { Assertion } from './input.ts';
import { assertTaken, proveFactor } from './prove-factor.ts';
import { renewSession } from './renew-session.ts';
import type { LiveSession } from './sessions.ts';

type Act = 'erasure_confirm' | 'email_commit' | undefined;
type StepUp = { code?: string | undefined; passkey?: Assertion | undefined; act?: Act };

/** What a passkey signs for one act is good for no other. */
const purposeOf = (act: Act): ChallengePurpose => (act ? `step_up.${act}` : 'step_up');

/** Asks for a passkey in place of a code. */
export function beginStepUp(ctx: Context, session: LiveSession, { act }: { act?: Act }) {
  return askProof(ctx, session, purposeOf(act));
}

/**
 * A fresh second factor: for five minutes, or for one named act. Five refused ones end the session, which
 * gets a new token otherwise; its handle stays.
 */
export async function stepUp(
  ctx: Context,
  session: LiveSession,
  { code = '', passkey, act }: StepUp,
): Promise<void> {
  const { deps, now, requestId } = ctx;
  const { subjectId } = session;
  const proof = passkey
    ? ({ kind: 'passkey', assertion: passkey, purpose: purposeOf(act) } as const)
    : ({ kind: 'totp', code } as const);
  assertTaken(ctx, proof);
  const cookie = await proveFactor(ctx, session, proof, async (tx) => {
    const renewed = await renewSession(tx, ctx, {
      session,
      changes: { stepUpAt: now, stepUpFor: act ?? null, failures: 0 },
    });
    await recordAudit(tx, deps.vault, {
      action: 'auth.step_up',
      actor: { kind: 'subject', subjectId, sessionHandle: session.handle },
      subjectId,
      purpose: 'authenticate',
      sections: ['security'],
      requestId,
      details: { act: act ?? 'ordinary' },
      now,
    });
    return renewed;
  });
  ctx.setCookie(cookie);
}
