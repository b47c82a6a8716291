import type { Tx } from '../../db/connect.ts';
import { notMeLink } from '../alarm/link.ts';
import { recordAudit } from '../audit/record.ts';
import { queueMail } from '../mail/queue.ts';
import { addNotice } from '../overview/notices.ts';
import type { Context } from '../trpc/context.ts';
import { renewSession } from './renew-session.ts';
import { endOtherSessions, type LiveSession } from './sessions.ts';

export type FactorKind = 'app' | 'passkey';
export type FactorChange = {
  change: 'added' | 'removed';
  kind: FactorKind;
  id: string;
  /** How the person calls it. */
  name: string;
};

/** Records that somebody's ways to sign in changed, and writes it to their address. */
export async function tellFactor(
  tx: Tx,
  { deps, requestId, now }: Context,
  { subjectId, handle }: Pick<LiveSession, 'subjectId' | 'handle'>,
  { change, kind, id, name }: FactorChange,
): Promise<void> {
  await recordAudit(tx, deps.vault, {
    action: kind === 'app' ? `auth.factor_${change}` : `auth.passkey_${change}`,
    actor: { kind: 'subject', subjectId, sessionHandle: handle },
    subjectId,
    purpose: 'authenticate',
    sections: ['security'],
    requestId,
    now,
  });
  const template = `factor_${change}` as const;
  await queueMail(tx, deps.vault, {
    subjectId,
    template,
    params: { kind, label: name, notMe: notMeLink(deps.env.PUBLIC_URL) },
    dedupeKey: `${template}:${id}`,
    now,
  });
}

/**
 * The same of somebody who is signed in: it stands in their inbox too, every other session ends, and this
 * one gets a new token.
 * @returns the Set-Cookie header to send once the transaction has committed
 * @throws {DomainError} SIGNED_OUT when the session ended meanwhile
 */
export async function settleFactor(
  tx: Tx,
  ctx: Context,
  session: LiveSession,
  done: FactorChange,
): Promise<string> {
  const { subjectId, handle } = session;
  const { change, kind } = done;
  await endOtherSessions(tx, { subjectId, except: handle });
  await tellFactor(tx, ctx, session, done);
  await addNotice(tx, {
    subjectId,
    kind: kind === 'app' ? `factor_${change}` : `passkey_${change}`,
    reference: null,
    now: ctx.now,
  });
  return renewSession(tx, ctx, { session });
}
