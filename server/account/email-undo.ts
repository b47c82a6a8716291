import { and, eq, gt, gte, isNull, ne, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { account, emailChange } from '../../db/schema/account.ts';
import { assertPoint, budgets } from '../auth/limits.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { queueMail } from '../mail/queue.ts';
import { addNotice } from '../overview/notices.ts';
import { passOnCorrection } from '../requests/rectification/pass-on.ts';
import { stopRecovery } from '../support/lost-factors/stop.ts';
import {
  type Address,
  endMailedLinks,
  lockAddress,
  putAddress,
  recordAddress,
} from './email-address.ts';
import { recordChange } from './personal.ts';

const actor = { kind: 'system', job: 'email_undo_link' } as const;

type Change = typeof emailChange.$inferSelect;
type When = { requestId: string; now: Date };

/**
 * What became of it. `restored`: the old address is in force again. `stopped`: it had stayed in force.
 * `address_taken`: another account has it by now, and the link works on.
 */
export type UndoOutcome = 'restored' | 'stopped' | 'address_taken';

/**
 * Takes back a change and everything since, by the link the old mailbox got, also when that change was
 * never confirmed and another one was. Needs no sign-in: whoever took the account over holds the session.
 * Every session ends, and so do later changes with their links; both mailboxes are told.
 *
 * @throws {DomainError} LINK_NOT_VALID when unknown, used, or older than 72 hours
 */
export async function undoEmailChange(
  deps: Deps,
  { token }: { token: string },
  { requestId, now }: When,
): Promise<{ outcome: UndoOutcome }> {
  const { vault } = deps;
  const { db } = deps.connection;
  const usable = and(
    eq(emailChange.undoHash, vault.hashToken('email_undo', token)),
    isNull(emailChange.endedAt),
    gt(emailChange.undoUntil, now),
  );
  const [linked] = await db.select().from(emailChange).where(usable);
  if (!linked) throw new DomainError('LINK_NOT_VALID');
  const { id, subjectId } = linked;
  // Where the old address is taken the link can be pressed again: not without end.
  await assertPoint(deps, budgets.mailByAddress, `email_undo|${id}`, now);
  return db.transaction(async (tx) => {
    const inForce = await lockAddress(tx, vault, { subjectId, actor, now });
    const [change] = await tx.select().from(emailChange).where(usable);
    // Of two presses at once the second waited for the first, and finds the link used.
    if (!change) throw new DomainError('LINK_NOT_VALID');
    const old = vault.unseal(inForce.key, 'email_change.old_email', change.oldEmail);
    const outcome = await restore(tx, vault, { subjectId, inForce, old, now });
    const stopped = await stopSince(tx, { change, outcome, now });
    await endMailedLinks(tx, subjectId);
    // The mailbox that proved it is no longer trusted.
    const how = 'stopped_by_address';
    await stopRecovery(tx, deps, { subjectId, how, actor, requestId, now });
    await tx
      .update(account)
      .set({ sessionEpoch: sql`${account.sessionEpoch} + 1` })
      .where(eq(account.subjectId, subjectId));
    const failed = outcome === 'address_taken';
    await recordAddress(
      tx,
      vault,
      { subjectId, actor, requestId, now },
      { action: 'account.email_change_undone', outcome: failed ? 'failed' : 'done' },
    );
    const kind = failed ? 'email_change_undo_incomplete' : 'email_change_undone';
    await addNotice(tx, { subjectId, kind, reference: null, now });
    await tellBoth(tx, vault, { change, stopped, old, inForce, outcome, now });
    return { outcome };
  });
}

async function restore(
  tx: Tx,
  vault: Vault,
  { subjectId, inForce, old, now }: { subjectId: string; inForce: Address; old: string; now: Date },
): Promise<UndoOutcome> {
  const { key } = inForce;
  if (vault.emailIndex(old) === inForce.emailIndex) return 'stopped';
  if (!(await putAddress(tx, vault, { subjectId, key, email: old, verifiedAt: now })))
    return 'address_taken';
  await recordChange(tx, vault, key, {
    subjectId,
    field: 'email',
    before: inForce.email,
    after: old,
    now,
  });
  await passOnCorrection(tx, vault, { subjectId, field: 'email', now });
  return 'restored';
}

/**
 * Ends the change and whatever was asked for since, by whoever held the account: no way back leads there
 * again. A change that could not be undone keeps its link; it just cannot be confirmed any more.
 * @returns those that were confirmed, or could have been
 */
async function stopSince(
  tx: Tx,
  { change, outcome, now }: { change: Change; outcome: UndoOutcome; now: Date },
): Promise<Change[]> {
  const { id, subjectId, requestedAt } = change;
  const keeps = outcome === 'address_taken';
  if (keeps) await tx.update(emailChange).set({ expiresAt: now }).where(eq(emailChange.id, id));
  const ended = await tx
    .update(emailChange)
    .set({ endedAt: now })
    .where(
      and(
        eq(emailChange.subjectId, subjectId),
        isNull(emailChange.endedAt),
        gte(emailChange.requestedAt, requestedAt),
        keeps ? ne(emailChange.id, id) : undefined,
      ),
    )
    .returning();
  return (keeps ? [change, ...ended] : ended).filter(
    ({ confirmedAt, expiresAt }) => confirmedAt !== null || expiresAt > now,
  );
}

/** The mailbox that pressed, and every newer one whose change was in force or could have been. */
async function tellBoth(
  tx: Tx,
  vault: Vault,
  {
    change: { id, subjectId },
    stopped,
    old,
    inForce: { key },
    outcome,
    now,
  }: {
    change: Change;
    stopped: readonly Change[];
    old: string;
    inForce: Address;
    outcome: UndoOutcome;
    now: Date;
  },
): Promise<void> {
  await queueMail(tx, vault, {
    subjectId,
    template: 'email_change_undone',
    params: { outcome },
    dedupeKey: `email_change_undone:${id}:${outcome}`,
    to: old,
    now,
  });
  const newer = new Map(stopped.map((one) => [one.newEmailIndex, one]));
  newer.delete(vault.emailIndex(old));
  for (const one of newer.values()) {
    await queueMail(tx, vault, {
      subjectId,
      template: 'email_change_undone_new',
      params: { outcome },
      dedupeKey: `email_change_undone_new:${one.id}:${outcome}`,
      to: vault.unseal(key, 'email_change.new_email', one.newEmail),
      now,
    });
  }
}
