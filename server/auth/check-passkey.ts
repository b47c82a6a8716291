import { and, eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { passkey } from '../../db/schema/passkey.ts';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record.ts';
import { queueMail } from '../mail/queue.ts';
import type { Context } from '../trpc/context.ts';
import type { Assertion } from './input.ts';
import { credentialIndex, passkeyMac } from './passkey-rows.ts';
import { siteOf, verifyAssertion } from './webauthn.ts';

type Signed = { subjectId: string; assertion: Assertion; challenge: string; actor: Actor };

/**
 * Whether a passkey of this subject has signed a challenge, which was used up before. Called behind the lock
 * of the account: of two uses at once the second sees what the first has counted.
 *
 * A device that counts its uses and counts fewer than before was copied, or set back. Where a passkey cannot
 * leave its device that is refused; one that is synced is on several devices, which count for themselves.
 * The person is told of both.
 *
 * @returns how it stands among a session's methods; null for anything else
 */
export async function checkPasskey(
  tx: Tx,
  ctx: Context,
  { subjectId, assertion, challenge, actor }: Signed,
): Promise<string[] | null> {
  const { deps, surface, now } = ctx;
  const { vault, env } = deps;
  const index = credentialIndex(vault, assertion.id);
  const [row] = await tx
    .select()
    .from(passkey)
    .where(and(eq(passkey.credentialIndex, index), eq(passkey.subjectId, subjectId)));
  if (!row || row.rowMac !== passkeyMac(vault, row)) return null;
  const says = await verifyAssertion(siteOf(env, surface), challenge, row, assertion);
  if (!says) return null;
  if (countsBack(row.counter, says.counter)) {
    const refused = !row.backupEligible;
    await tellSuspected(tx, ctx, { subjectId, actor, passkeyId: row.id, refused });
    if (refused) return null;
  }
  const used = { ...row, ...says, lastUsedAt: now };
  await tx
    .update(passkey)
    .set({ ...says, lastUsedAt: now, rowMac: passkeyMac(vault, used) })
    .where(eq(passkey.id, row.id));
  return [row.backupEligible ? 'swk' : 'hwk', 'user'];
}

/** WebAuthn Level 3, 7.2 step 22: whoever counts must count up. */
function countsBack(known: number, said: number): boolean {
  return (known > 0 || said > 0) && said <= known;
}

async function tellSuspected(
  tx: Tx,
  { deps, requestId, now }: Context,
  {
    subjectId,
    actor,
    passkeyId,
    refused,
  }: { subjectId: string; actor: Actor; passkeyId: string; refused: boolean },
): Promise<void> {
  await recordAudit(tx, deps.vault, {
    action: 'auth.passkey_suspected',
    actor,
    subjectId,
    purpose: 'platform_security',
    outcome: refused ? 'refused' : 'done',
    sections: ['security'],
    requestId,
    now,
  });
  await queueMail(tx, deps.vault, {
    subjectId,
    template: 'passkey_suspected',
    params: { refused: refused ? 'yes' : 'no' },
    dedupeKey: `passkey_suspected:${passkeyId}:${now.toISOString().slice(0, 10)}`,
    now,
  });
}
