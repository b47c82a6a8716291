import { and, eq, gt, gte, isNull, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { account, emailChange } from '../../db/schema/account.ts';
import { mailToken } from '../../db/schema/auth.ts';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record.ts';
import { assertPoint, budgets } from '../auth/limits.ts';
import { endOtherSessions } from '../auth/sessions.ts';
import { newId, newToken } from '../crypto/token.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { queueMail } from '../mail/queue.ts';
import { addNotice } from '../overview/notices.ts';
import { passOnCorrection } from '../requests/rectification/pass-on.ts';
import { recordChange } from './personal.ts';

const CONFIRM_MS = 3_600_000;
const UNDO_MS = 72 * 3_600_000;

type Who = { subjectId: string; actor: Actor; requestId: string; now: Date };

/**
 * Asks for a new address: a link to confirm goes to the new one, a notice with a way to stop it to the
 * old one. Whether the address belongs to another account is not told here: only whoever reads its
 * mailbox gets further.
 */
export async function askEmailChange(
  deps: Deps,
  { subjectId, actor, requestId, now }: Who,
  { email }: { email: string },
): Promise<void> {
  const { vault, env } = deps;
  await assertPoint(deps, budgets.mailByAddress, `email_change|${subjectId}`, now);
  const id = newId(now);
  const confirmToken = newToken();
  const undo = undoToken(vault, id);
  await deps.connection.db.transaction(async (tx) => {
    const key = await vault.subjectKey(tx, subjectId);
    const [row] = await tx
      .select({ email: account.email })
      .from(account)
      .where(eq(account.subjectId, subjectId))
      .for('update');
    if (!row) throw new DomainError('NOT_FOUND');
    const old = vault.unseal(key, 'account.email', row.email);
    if (vault.emailIndex(old) === vault.emailIndex(email))
      throw new DomainError('EMAIL_NOT_AVAILABLE');
    await tx
      .update(emailChange)
      .set({ endedAt: now })
      .where(
        and(
          eq(emailChange.subjectId, subjectId),
          isNull(emailChange.confirmedAt),
          isNull(emailChange.endedAt),
        ),
      );
    await tx.insert(emailChange).values({
      id,
      subjectId,
      oldEmail: vault.seal(key, 'email_change.old_email', old),
      newEmail: vault.seal(key, 'email_change.new_email', email),
      newEmailIndex: vault.emailIndex(email),
      confirmHash: vault.hashToken('email_confirm', confirmToken),
      undoHash: vault.hashToken('email_undo', undo),
      requestedAt: now,
      expiresAt: new Date(now.getTime() + CONFIRM_MS),
      undoUntil: new Date(now.getTime() + UNDO_MS),
    });
    const confirmLink = `${env.PUBLIC_URL}/account/email/confirm#${confirmToken}`;
    await queueMail(tx, vault, {
      subjectId,
      template: 'email_change_confirm',
      params: { link: confirmLink },
      dedupeKey: `email_change_confirm:${id}`,
      to: email,
      now,
    });
    const undoLink = `${env.PUBLIC_URL}/account/email/undo#${undo}`;
    await queueMail(tx, vault, {
      subjectId,
      template: 'email_change_notice',
      params: { link: undoLink },
      dedupeKey: `email_change_notice:${id}`,
      now,
    });
    await record(tx, vault, { subjectId, actor, requestId, now }, 'account.email_change_asked');
  });
}

/**
 * Puts the new address in force. Signed in, with a second factor for this act, and with the token that
 * only the new mailbox holds. All other sessions end.
 * @throws {DomainError} LINK_NOT_VALID, or EMAIL_NOT_AVAILABLE when another account has the address by now
 */
export async function confirmEmailChange(
  deps: Deps,
  { subjectId, actor, requestId, now }: Who,
  { token }: { token: string },
): Promise<{ email: string }> {
  const { vault, env } = deps;
  return deps.connection.db.transaction(async (tx) => {
    const [change] = await tx
      .update(emailChange)
      .set({ confirmedAt: now, undoUntil: new Date(now.getTime() + UNDO_MS) })
      .where(
        and(
          eq(emailChange.subjectId, subjectId),
          eq(emailChange.confirmHash, vault.hashToken('email_confirm', token)),
          isNull(emailChange.confirmedAt),
          isNull(emailChange.endedAt),
          gt(emailChange.expiresAt, now),
        ),
      )
      .returning();
    if (!change) throw new DomainError('LINK_NOT_VALID');
    const key = await vault.subjectKey(tx, subjectId);
    const email = vault.unseal(key, 'email_change.new_email', change.newEmail);
    const old = await putAddress(tx, vault, { subjectId, email, verifiedAt: now });
    const except = actor.kind === 'subject' ? actor.sessionHandle : null;
    await endOtherSessions(tx, { subjectId, except });
    await recordChange(tx, vault, key, {
      subjectId,
      field: 'email',
      before: old,
      after: email,
      now,
    });
    const link = `${env.PUBLIC_URL}/account/email/undo#${undoToken(vault, change.id)}`;
    await queueMail(tx, vault, {
      subjectId,
      template: 'email_changed',
      params: { link },
      dedupeKey: `email_changed:${change.id}`,
      to: old,
      now,
    });
    await addNotice(tx, { subjectId, kind: 'email_changed', reference: null, now });
    await passOnCorrection(tx, vault, { subjectId, field: 'email', now });
    await record(tx, vault, { subjectId, actor, requestId, now }, 'account.email_changed');
    return { email };
  });
}

/**
 * Takes a change back, by the link the old mailbox got. Needs no sign-in: whoever took the account over
 * holds the session. Every session ends, and so does every later change.
 * @throws {DomainError} LINK_NOT_VALID when unknown, used, or older than 72 hours
 */
export async function undoEmailChange(
  deps: Deps,
  { token }: { token: string },
  { requestId, now }: { requestId: string; now: Date },
): Promise<{ restored: boolean }> {
  const { vault } = deps;
  return deps.connection.db.transaction(async (tx) => {
    const [change] = await tx
      .update(emailChange)
      .set({ endedAt: now })
      .where(
        and(
          eq(emailChange.undoHash, vault.hashToken('email_undo', token)),
          isNull(emailChange.endedAt),
          gt(emailChange.undoUntil, now),
        ),
      )
      .returning();
    if (!change) throw new DomainError('LINK_NOT_VALID');
    const { subjectId } = change;
    // Whatever was asked for since, by whoever held the account: no way back leads there again.
    await tx
      .update(emailChange)
      .set({ endedAt: now })
      .where(
        and(
          eq(emailChange.subjectId, subjectId),
          isNull(emailChange.endedAt),
          gte(emailChange.requestedAt, change.requestedAt),
        ),
      );
    const key = await vault.subjectKey(tx, subjectId);
    const restored = change.confirmedAt !== null;
    if (restored) {
      const email = vault.unseal(key, 'email_change.old_email', change.oldEmail);
      const taken = await putAddress(tx, vault, { subjectId, email, verifiedAt: now });
      await recordChange(tx, vault, key, {
        subjectId,
        field: 'email',
        before: taken,
        after: email,
        now,
      });
      await passOnCorrection(tx, vault, { subjectId, field: 'email', now });
    }
    await tx
      .update(account)
      .set({ sessionEpoch: sql`${account.sessionEpoch} + 1` })
      .where(eq(account.subjectId, subjectId));
    await record(
      tx,
      vault,
      { subjectId, actor: { kind: 'system', job: 'email_undo_link' }, requestId, now },
      'account.email_change_undone',
    );
    return { restored };
  });
}

/** Puts an address in force, ends the links mailed to the one before, and returns that one. */
async function putAddress(
  tx: Tx,
  vault: Vault,
  { subjectId, email, verifiedAt }: { subjectId: string; email: string; verifiedAt: Date },
): Promise<string> {
  const emailIndex = vault.emailIndex(email);
  const key = await vault.subjectKey(tx, subjectId);
  const [row] = await tx
    .select({ email: account.email })
    .from(account)
    .where(eq(account.subjectId, subjectId))
    .for('update');
  if (!row) throw new DomainError('NOT_FOUND');
  try {
    await tx
      .update(account)
      .set({
        email: vault.seal(key, 'account.email', email),
        emailIndex,
        emailVerifiedAt: verifiedAt,
      })
      .where(eq(account.subjectId, subjectId));
  } catch (cause) {
    if (isTaken(cause)) throw new DomainError('EMAIL_NOT_AVAILABLE');
    throw cause;
  }
  await tx.delete(mailToken).where(eq(mailToken.subjectId, subjectId));
  return vault.unseal(key, 'account.email', row.email);
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

/** The way back stands in two mails, days apart, and is stored in neither form: it follows from the change's id and our key. */
function undoToken(vault: Vault, id: string): string {
  return Buffer.from(vault.hashToken('email_undo', `link:${id}`), 'hex').toString('base64url');
}

async function record(
  tx: Tx,
  vault: Vault,
  { subjectId, actor, requestId, now }: Who,
  action: 'account.email_change_asked' | 'account.email_changed' | 'account.email_change_undone',
): Promise<void> {
  await recordAudit(tx, vault, {
    action,
    actor,
    subjectId,
    purpose: 'operate_account',
    sections: ['account'],
    requestId,
    now,
  });
}
