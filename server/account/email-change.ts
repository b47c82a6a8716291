import { and, eq, gt, isNull } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { emailChange } from '../../db/schema/account.ts';
import { notMeLink } from '../alarm/link.ts';
import { assertPoint, budgets } from '../auth/limits.ts';
import { renewSession } from '../auth/renew-session.ts';
import { endOtherSessions, type LiveSession } from '../auth/sessions.ts';
import { newId, newToken } from '../crypto/token.ts';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { queueMail } from '../mail/queue.ts';
import { addNotice } from '../overview/notices.ts';
import { passOnCorrection } from '../requests/rectification/pass-on.ts';
import type { Context } from '../trpc/context.ts';
import { lockAddress, putAddress, recordAddress, undoToken, type Who } from './email-address.ts';
import { recordChange } from './personal.ts';

const CONFIRM_MS = 3_600_000;
const UNDO_MS = 72 * 3_600_000;

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
    const old = await lockAddress(tx, vault, { subjectId, actor, now });
    if (old.emailIndex === vault.emailIndex(email)) throw new DomainError('EMAIL_NOT_AVAILABLE');
    // The one asked for before can no longer be confirmed. It is not ended: whoever reads its notice
    // in the old mailbox can still stop everything that came since.
    await tx
      .update(emailChange)
      .set({ expiresAt: now })
      .where(
        and(
          eq(emailChange.subjectId, subjectId),
          isNull(emailChange.confirmedAt),
          isNull(emailChange.endedAt),
          gt(emailChange.expiresAt, now),
        ),
      );
    await tx.insert(emailChange).values({
      id,
      subjectId,
      oldEmail: vault.seal(old.key, 'email_change.old_email', old.email),
      newEmail: vault.seal(old.key, 'email_change.new_email', email),
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
      params: { link: undoLink, notMe: notMeLink(env.PUBLIC_URL) },
      dedupeKey: `email_change_notice:${id}`,
      now,
    });
    const who = { subjectId, actor, requestId, now };
    await recordAddress(tx, vault, who, { action: 'account.email_change_asked' });
  });
}

type Committing = Context & Who & { session: LiveSession; spendStepUp: (tx: Tx) => Promise<void> };

/**
 * Puts the new address in force. Signed in, with a second factor for this act, and with the token that
 * only the new mailbox holds. All other sessions end; this one gets a new token. What is refused leaves
 * the link and the second factor unused.
 * @throws {DomainError} LINK_NOT_VALID, or EMAIL_NOT_AVAILABLE when another account has the address by now
 */
export async function confirmEmailChange(
  ctx: Committing,
  { token }: { token: string },
): Promise<{ email: string }> {
  const { deps, subjectId, session, now } = ctx;
  const { vault, env } = deps;
  const { email, cookie } = await deps.connection.db.transaction(async (tx) => {
    const old = await lockAddress(tx, vault, ctx);
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
    const { key } = old;
    const email = vault.unseal(key, 'email_change.new_email', change.newEmail);
    if (!(await putAddress(tx, vault, { subjectId, key, email, verifiedAt: now })))
      throw new DomainError('EMAIL_NOT_AVAILABLE');
    await ctx.spendStepUp(tx);
    await endOtherSessions(tx, { subjectId, except: session.handle });
    await recordChange(tx, vault, key, {
      subjectId,
      field: 'email',
      before: old.email,
      after: email,
      now,
    });
    const link = `${env.PUBLIC_URL}/account/email/undo#${undoToken(vault, change.id)}`;
    await queueMail(tx, vault, {
      subjectId,
      template: 'email_changed',
      params: { link, notMe: notMeLink(env.PUBLIC_URL) },
      dedupeKey: `email_changed:${change.id}`,
      to: old.email,
      now,
    });
    await addNotice(tx, { subjectId, kind: 'email_changed', reference: null, now });
    await passOnCorrection(tx, vault, { subjectId, field: 'email', now });
    await recordAddress(tx, vault, ctx, { action: 'account.email_changed' });
    return { email, cookie: await renewSession(tx, ctx, { session }) };
  });
  ctx.setCookie(cookie);
  return { email };
}
