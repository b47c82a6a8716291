import { eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { mailToken } from '../../db/schema/auth.ts';
import type { Actor } from '../actor.ts';
import { type AuditInput, recordAudit } from '../audit/record.ts';
import { sessionStands } from '../auth/sessions.ts';
import type { DataKey, Vault } from '../crypto/vault.ts';
import { DomainError } from '../errors.ts';

/** The address in force. */
export type Address = { email: string; emailIndex: string; key: DataKey };

export type Who = { subjectId: string; actor: Actor; requestId: string; now: Date };

/**
 * The account's address, locked until the transaction ends. Asking for a change, confirming it and
 * taking it back all begin here, so that of two at once one sees what the other did.
 * @throws {DomainError} SIGNED_OUT when the session that acts was ended by the other
 */
export async function lockAddress(
  tx: Tx,
  vault: Vault,
  { subjectId, actor, now }: Omit<Who, 'requestId'>,
): Promise<Address> {
  const key = await vault.subjectKey(tx, subjectId);
  const [row] = await tx
    .select({ email: account.email, emailIndex: account.emailIndex })
    .from(account)
    .where(eq(account.subjectId, subjectId))
    .for('update');
  if (!row) throw new DomainError('NOT_FOUND');
  if (actor.kind === 'subject' && !(await sessionStands(tx, { handle: actor.sessionHandle, now })))
    throw new DomainError('SIGNED_OUT');
  return { email: vault.unseal(key, 'account.email', row.email), emailIndex: row.emailIndex, key };
}

/**
 * Puts an address in force and ends the links mailed to the one before.
 * @returns false when another account has it; then nothing was changed, and the transaction goes on
 */
export async function putAddress(
  tx: Tx,
  vault: Vault,
  {
    subjectId,
    key,
    email,
    verifiedAt,
  }: { subjectId: string; key: DataKey; email: string; verifiedAt: Date },
): Promise<boolean> {
  const values = {
    email: vault.seal(key, 'account.email', email),
    emailIndex: vault.emailIndex(email),
    emailVerifiedAt: verifiedAt,
  };
  try {
    // A savepoint: the database's refusal must not take the rest of the act with it.
    await tx.transaction((point) =>
      point.update(account).set(values).where(eq(account.subjectId, subjectId)),
    );
  } catch (cause) {
    if (isTaken(cause)) return false;
    throw cause;
  }
  await endMailedLinks(tx, subjectId);
  return true;
}

/** What was mailed to an address that is no longer trusted opens nothing any more. */
export async function endMailedLinks(tx: Tx, subjectId: string): Promise<void> {
  await tx.delete(mailToken).where(eq(mailToken.subjectId, subjectId));
}

/** Another account has the address: the database decides, also of two that want it at once. */
function isTaken(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : null;
  return (
    cause instanceof Error &&
    'constraint_name' in cause &&
    cause.constraint_name === 'account_email_index_key'
  );
}

/**
 * The way back stands in several mails, days apart, and is stored in no form that opens it: it follows
 * from the change's id and our key.
 */
export function undoToken(vault: Vault, changeId: string): string {
  return Buffer.from(vault.hashToken('email_undo', `link:${changeId}`), 'hex').toString(
    'base64url',
  );
}

/** One event about the account's address. */
export async function recordAddress(
  tx: Tx,
  vault: Vault,
  who: Who,
  event: Pick<AuditInput, 'outcome' | 'details'> & {
    action: 'account.email_change_asked' | 'account.email_changed' | 'account.email_change_undone';
  },
): Promise<void> {
  const { subjectId, actor, requestId, now } = who;
  await recordAudit(tx, vault, {
    ...event,
    actor,
    subjectId,
    purpose: 'operate_account',
    sections: ['account'],
    requestId,
    now,
  });
}
