import { and, asc, eq, gt } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { addPeriod } from '../../../db/data-map/keeps.ts';
import { factorRecovery } from '../../../db/schema/factor-recovery.ts';
import { supportTicket } from '../../../db/schema/support.ts';
import { timeZoneOf } from '../../account/time-zone.ts';
import { recordAudit } from '../../audit/record.ts';
import { budgets, takePoint } from '../../auth/limits.ts';
import { issueMailToken, spendMailToken, subjectOfMailToken } from '../../auth/mail-token.ts';
import type { LiveSession } from '../../auth/sessions.ts';
import { newCode, newId } from '../../crypto/token.ts';
import { DomainError } from '../../errors.ts';
import { enqueue } from '../../jobs/define.ts';
import { momentInWords } from '../../mail/moment-in-words.ts';
import { queueMail } from '../../mail/queue.ts';
import { addNotice } from '../../overview/notices.ts';
import type { Context } from '../../trpc/context.ts';
import { holdAccount } from '../cases/taken.ts';
import { addMessage } from '../cases/thread.ts';
import { openRecoveryOf, type Recovery, stopLink, stopToken, waitsUntil } from './recovery.ts';
import { FIRST_REMINDER_MS, remindJob } from './remind.ts';
import { UNDECIDED_MS, undecidedJob } from './undecided.ts';

/** Our own promise: two days are left once the waiting time is over. */
const ANSWER = 'P5D';
const WEEK_MS = 7 * 86_400_000;
const MOST_A_WEEK = 3;
const SUBJECT_LINE = 'Lost authenticator and recovery codes';
const actor = { kind: 'system', job: 'lost_factors' } as const;

/**
 * Mails a link to whoever has proved the password and has no second factor left: the mailbox is the second
 * proof. The answer is the same whatever is so; beyond the budget nothing is sent.
 */
export async function askLink(ctx: Context, attempt: LiveSession): Promise<void> {
  const { deps, requestId, now } = ctx;
  const { subjectId, handle } = attempt;
  // Without a factor none is lost: the sign-in itself adds the first one. Staff are invited again.
  if (attempt.factors.apps + attempt.factors.passkeys === 0 || attempt.role !== 'customer') return;
  const of = `lost_factors|${subjectId}`;
  if ((await takePoint(deps, budgets.mailByAddress, of, now)) !== null) return;
  await deps.connection.db.transaction(async (tx) => {
    const purpose = 'lost_factors';
    const { token, id } = await issueMailToken(tx, { vault: deps.vault, subjectId, purpose, now });
    await queueMail(tx, deps.vault, {
      subjectId,
      template: 'lost_factors_link',
      params: { link: `${deps.env.PUBLIC_URL}/sign-in/lost/open#${token}` },
      dedupeKey: `lost_factors_link:${id}`,
      now,
    });
    await recordAudit(tx, deps.vault, {
      action: 'lost_factors.asked',
      actor: { kind: 'subject', subjectId, sessionHandle: handle },
      subjectId,
      purpose: 'authenticate',
      sections: ['security'],
      requestId,
      now,
    });
  });
}

/**
 * Opens the case, by the mailed link. Of one customer one is under way: a further link leads to it.
 * @throws {DomainError} LINK_NOT_VALID, TOO_MANY_ATTEMPTS after three cases in a week
 */
export async function openLostFactors(
  ctx: Context,
  { token, statement }: { token: string; statement: string },
): Promise<{ reference: string; waitsUntil: Date }> {
  const { deps, now } = ctx;
  const { vault } = deps;
  return deps.connection.db.transaction(async (tx) => {
    const link = { vault, purpose: 'lost_factors', token, now } as const;
    const subjectId = await subjectOfMailToken(tx, link);
    if (!subjectId) throw new DomainError('LINK_NOT_VALID');
    // Locked, so that of two links at once one opens the case and the other finds it; and before the link,
    // as whoever stops a case and its links does.
    await holdAccount(tx, subjectId, ['active', 'pending_deletion']);
    if (!(await spendMailToken(tx, link))) throw new DomainError('LINK_NOT_VALID');
    const running = await openRecoveryOf(tx, subjectId);
    if (running) return said(tx, running);
    await refuseTooMany(tx, { subjectId, now });
    const recovery = await insertRecovery(tx, ctx, { subjectId, statement });
    const opened = await said(tx, recovery);
    await tell(tx, ctx, recovery, opened);
    return opened;
  });
}

/** Counted on the locked account's own rows: a budget beside them would wait for a second connection. */
async function refuseTooMany(
  tx: Tx,
  { subjectId, now }: { subjectId: string; now: Date },
): Promise<void> {
  const lately = await tx
    .select({ openedAt: factorRecovery.openedAt })
    .from(factorRecovery)
    .where(
      and(
        eq(factorRecovery.subjectId, subjectId),
        gt(factorRecovery.openedAt, new Date(now.getTime() - WEEK_MS)),
      ),
    )
    .orderBy(asc(factorRecovery.openedAt));
  const [first] = lately;
  if (!first || lately.length < MOST_A_WEEK) return;
  const free = first.openedAt.getTime() + WEEK_MS - now.getTime();
  throw new DomainError('TOO_MANY_ATTEMPTS', { retryAfterSeconds: Math.ceil(free / 1_000) });
}

async function said(tx: Tx, recovery: Recovery): Promise<{ reference: string; waitsUntil: Date }> {
  const [ticket] = await tx
    .select({ reference: supportTicket.reference })
    .from(supportTicket)
    .where(eq(supportTicket.id, recovery.ticketId));
  if (!ticket) throw new Error('a recovery without its case');
  return { reference: ticket.reference, waitsUntil: waitsUntil(recovery) };
}

async function insertRecovery(
  tx: Tx,
  { deps: { vault }, now }: Context,
  { subjectId, statement }: { subjectId: string; statement: string },
): Promise<Recovery> {
  const key = await vault.subjectKey(tx, subjectId);
  const ticketId = newId(now);
  await tx.insert(supportTicket).values({
    id: ticketId,
    subjectId,
    reference: `T-${now.getUTCFullYear()}-${newCode(2).replace('-', '')}`,
    kind: 'lost_factors',
    subjectLine: vault.seal(key, 'support_ticket.subject_line', SUBJECT_LINE),
    state: 'open',
    openedAt: now,
    dueAt: addPeriod(now, ANSWER),
  });
  const message = { subjectId, ticketId, author: 'customer', authorLabel: 'You' } as const;
  await addMessage(tx, vault, { ...message, text: statement, now });
  const id = newId(now);
  const stopHash = vault.hashToken('recovery_stop', stopToken(vault, id));
  const [recovery] = await tx
    .insert(factorRecovery)
    .values({ id, subjectId, ticketId, stopHash, openedAt: now })
    .returning();
  if (!recovery) throw new Error('a recovery that was not written');
  return recovery;
}

/** In the log, the inbox and the mailbox, and again after a day and after two. */
async function tell(
  tx: Tx,
  { deps: { vault, env }, requestId, now }: Context,
  { id, subjectId }: Recovery,
  { reference, waitsUntil: until }: { reference: string; waitsUntil: Date },
): Promise<void> {
  await recordAudit(tx, vault, {
    action: 'lost_factors.opened',
    actor,
    subjectId,
    purpose: 'authenticate',
    sections: ['security', 'support'],
    reference,
    requestId,
    now,
  });
  await addNotice(tx, { subjectId, kind: 'lost_factors_opened', reference, now });
  await queueMail(tx, vault, {
    subjectId,
    template: 'lost_factors_opened',
    params: {
      reference,
      from: momentInWords(until, await timeZoneOf(tx, subjectId)),
      link: stopLink(vault, env.PUBLIC_URL, id),
    },
    dedupeKey: `lost_factors_opened:${id}`,
    now,
  });
  await enqueue(tx, undecidedJob, {
    payload: { recoveryId: id },
    subjectId,
    runAt: new Date(now.getTime() + UNDECIDED_MS),
    dedupeKey: `lost_factors.undecided:${id}`,
    now,
  });
  await enqueue(tx, remindJob, {
    payload: { recoveryId: id },
    subjectId,
    runAt: new Date(now.getTime() + FIRST_REMINDER_MS),
    dedupeKey: `lost_factors.remind:${id}`,
    now,
  });
}
