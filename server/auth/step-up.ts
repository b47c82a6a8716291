import { recordAudit } from '../audit/record.ts';
import { DomainError } from '../errors.ts';
import type { Context } from '../trpc/context.ts';
import { sessionCookie } from './cookies.ts';
import { proveFactor } from './prove-factor.ts';
import { type LiveSession, raiseSession } from './sessions.ts';

/**
 * A fresh second factor: for five minutes, or for one named act. Five wrong codes end the session.
 * The session gets a new token; its handle stays.
 */
export async function stepUp(
  ctx: Context,
  session: LiveSession,
  { code, act }: { code: string; act?: 'erasure_confirm' | 'email_commit' | undefined },
): Promise<void> {
  const { deps, now, requestId } = ctx;
  const { subjectId } = session;
  const actor = { kind: 'subject', subjectId, sessionHandle: session.handle } as const;
  const proof = { kind: 'totp', code } as const;
  const token = await proveFactor(
    { deps, subjectId, sessionId: session.id, proof, actor, requestId, now },
    async (tx) => {
      const raised = await raiseSession(tx, {
        vault: deps.vault,
        now,
        sessionId: session.id,
        changes: { stepUpAt: now, stepUpFor: act ?? null, failures: 0 },
      });
      if (!raised) throw new DomainError('SIGNED_OUT');
      await recordAudit(tx, deps.vault, {
        action: 'auth.step_up',
        actor,
        subjectId,
        purpose: 'authenticate',
        sections: ['security'],
        requestId,
        details: { act: act ?? 'ordinary' },
        now,
      });
      return raised;
    },
  );
  ctx.setCookie(sessionCookie(session.kind, token, ctx));
}
