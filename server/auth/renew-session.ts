import type { Tx } from '../../db/connect.ts';
import { DomainError } from '../errors.ts';
import type { Context } from '../trpc/context.ts';
import { sessionCookie } from './cookies.ts';
import { type LiveSession, raiseSession, type SessionChanges } from './sessions.ts';

/**
 * Gives the session in use a new token, because what it rests on has changed: whoever had the old one
 * is out (OWASP ASVS 5.0, 7.2.4). Its handle stays.
 *
 * @returns the Set-Cookie header to send once the transaction has committed
 * @throws {DomainError} SIGNED_OUT when it ended meanwhile
 */
export async function renewSession(
  tx: Tx,
  ctx: Context,
  { session, changes = {} }: { session: LiveSession; changes?: SessionChanges },
): Promise<string> {
  const { deps, now } = ctx;
  const { vault } = deps;
  const token = await raiseSession(tx, { vault, now, sessionId: session.id, changes });
  if (!token) throw new DomainError('SIGNED_OUT');
  return sessionCookie(session.kind, token, ctx);
}
