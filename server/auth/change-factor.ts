import { eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { totpFactor } from '../../db/schema/auth.ts';
import { passkey } from '../../db/schema/passkey.ts';
import { recordAudit } from '../audit/record.ts';
import { DomainError } from '../errors.ts';
import type { Context } from '../trpc/context.ts';
import { type FactorKind, settleFactor } from './factor-changes.ts';
import { ownFactors } from './factors.ts';
import { lockAccount } from './lock-account.ts';
import { assertSessionStands, type LiveSession } from './sessions.ts';

/**
 * Removes an app or a passkey: every other session ends, this one gets a new token. The last of both stays,
 * for recovery codes alone would be all that is left; whoever wants another one adds it first.
 * @throws {DomainError} LAST_FACTOR, NOT_FOUND, SIGNED_OUT when the session ended meanwhile
 */
export async function removeFactor(
  ctx: Context,
  session: LiveSession,
  { id }: { id: string },
): Promise<void> {
  const cookie = await ctx.deps.connection.db.transaction(async (tx) => {
    const { kind, name, others } = await ownFactor(tx, ctx, session.subjectId, id);
    if (others === 0) throw new DomainError('LAST_FACTOR');
    await assertSessionStands(tx, session);
    if (kind === 'app') await tx.delete(totpFactor).where(eq(totpFactor.id, id));
    else await tx.delete(passkey).where(eq(passkey.id, id));
    return settleFactor(tx, ctx, session, { change: 'removed', kind, id, name });
  });
  ctx.setCookie(cookie);
}

/**
 * Gives an app or a passkey another name. Nobody signs in otherwise than before, so that no session ends.
 * @throws {DomainError} NOT_FOUND
 */
export async function renameFactor(
  ctx: Context,
  { subjectId, handle }: LiveSession,
  { id, name }: { id: string; name: string },
): Promise<void> {
  const { deps, requestId, now } = ctx;
  const { vault } = deps;
  await deps.connection.db.transaction(async (tx) => {
    const { kind } = await ownFactor(tx, ctx, subjectId, id);
    const key = await vault.subjectKey(tx, subjectId);
    if (kind === 'app')
      await tx
        .update(totpFactor)
        .set({ label: vault.seal(key, 'totp_factor.label', name) })
        .where(eq(totpFactor.id, id));
    else
      await tx
        .update(passkey)
        .set({ label: vault.seal(key, 'passkey.label', name) })
        .where(eq(passkey.id, id));
    await recordAudit(tx, vault, {
      action: 'auth.factor_renamed',
      actor: { kind: 'subject', subjectId, sessionHandle: handle },
      subjectId,
      purpose: 'authenticate',
      sections: ['security'],
      requestId,
      now,
    });
  });
}

type Own = { kind: FactorKind; name: string; others: number };

/** One of somebody's factors by its id, behind the lock of their account, and how many they have besides. */
async function ownFactor(
  tx: Tx,
  { deps: { vault } }: Context,
  subjectId: string,
  id: string,
): Promise<Own> {
  await lockAccount(tx, subjectId);
  const key = await vault.subjectKey(tx, subjectId);
  const { apps, passkeys } = await ownFactors(tx, { vault, subjectId });
  const others = apps.length + passkeys.length - 1;
  const app = apps.find((row) => row.id === id);
  if (app) return { kind: 'app', name: vault.unseal(key, 'totp_factor.label', app.label), others };
  const one = passkeys.find((row) => row.id === id);
  if (!one) throw new DomainError('NOT_FOUND');
  return { kind: 'passkey', name: vault.unseal(key, 'passkey.label', one.label), others };
}
