import { and, eq, isNull } from 'drizzle-orm';
import type { z } from 'zod';
import type { Tx } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { impersonationGrant } from '../../db/schema/staff.ts';
import { recordAudit } from '../audit/record.ts';
import { grantMac, grantThatStands } from '../auth/grant-stands.ts';
import { createSession } from '../auth/sessions.ts';
import { newId } from '../crypto/token.ts';
import { DomainError, type DomainErrorCode } from '../errors.ts';
import { enqueue } from '../jobs/define.ts';
import { momentInWords } from '../mail/moment-in-words.ts';
import { queueMail } from '../mail/queue.ts';
import { addNotice } from '../overview/notices.ts';
import { assertStaffPoint } from '../staff/budget.ts';
import type { Context } from '../trpc/context.ts';
import type { Agent } from './agent.ts';
import { closeViewJob } from './close-view.ts';
import { endViews, openViews } from './end-views.ts';
import type { startViewInput } from './input.ts';
import { hasWrittenIn } from './ticket.ts';
import { whyNotViewable } from './viewable.ts';

type Wish = z.output<typeof startViewInput>;

/** How long a view lasts; the customer may give as much again, once. */
export const VIEW_MS = 15 * 60_000;

/**
 * Opens one account to one member of support, to read: grant, session, the customer's notice and letter
 * and the record of it all come with one commit, or none of them does. What is refused stands in the
 * customer's log as well.
 *
 * @returns the token of the view for its cookie, and when it ends
 * @throws {DomainError} TRAINING_EXPIRED, SUPPORT_ACCESS_OFF, ACCOUNT_NOT_VIEWABLE, TICKET_NOT_FOUND,
 *   VIEW_ALREADY_OPEN, NOT_FOUND, TOO_MANY_ATTEMPTS
 */
export async function startView(
  ctx: Context,
  agent: Agent,
  wish: Wish,
): Promise<{ token: string; grantId: string; notAfter: Date }> {
  const { deps, now, requestId } = ctx;
  const { vault, connection } = deps;
  await assertStaffPoint({ ...ctx, actor: agent.actor }, 'viewByAgent');
  const result = await connection.db.transaction(async (tx) => {
    await closeFallen(tx, ctx, agent);
    const customer = await customerOf(tx, wish.subjectId);
    if (!customer) return { why: 'NOT_FOUND' as const };
    const why = await whyNot(tx, agent, { customer, wish, now });
    const opened = why ? null : await insertGrant(tx, ctx, agent, { ...wish, ...customer });
    if (opened) return opened;
    const refusal = why ?? 'VIEW_ALREADY_OPEN';
    await recordAudit(tx, vault, {
      action: 'support.view_refused',
      actor: agent.actor,
      subjectId: wish.subjectId,
      purpose: 'support',
      outcome: 'refused',
      sections: ['support'],
      reference: wish.ticket,
      requestId,
      details: { code: refusal },
      now,
    });
    return { why: refusal };
  });
  if ('why' in result) throw new DomainError(result.why);
  return result;
}

/** Whose view is over without anybody having written that down does not stand in the agent's way. */
async function closeFallen(tx: Tx, { deps, now, requestId }: Context, agent: Agent): Promise<void> {
  const { accountId: actorId, actor } = agent;
  const [open] = await tx
    .select()
    .from(impersonationGrant)
    .where(and(eq(impersonationGrant.actorId, actorId), isNull(impersonationGrant.endedAt)));
  if (!open) return;
  const { id: grantId, subjectId } = open;
  const { vault, env } = deps;
  if (await grantThatStands(tx, { vault, grantId, subjectId, actorId, now })) return;
  const by = open.notAfter <= now ? 'time' : 'staff_session_ended';
  const end = { by, actor, publicUrl: env.PUBLIC_URL, requestId, now } as const;
  await endViews(tx, vault, openViews.ofAgent(actorId), end);
}

async function customerOf(tx: Tx, subjectId: string) {
  const { status, supportAccess, timeZone } = account;
  const [row] = await tx
    .select({ status, supportAccess, timeZone })
    .from(account)
    .where(and(eq(account.subjectId, subjectId), eq(account.role, 'customer')))
    // Switched off or asked to be deleted at this moment: one of the two comes first.
    .for('share');
  return row;
}
type Customer = NonNullable<Awaited<ReturnType<typeof customerOf>>>;

async function whyNot(
  tx: Tx,
  { staff }: Agent,
  { customer, wish, now }: { customer: Customer; wish: Wish; now: Date },
): Promise<DomainErrorCode | null> {
  const why = whyNotViewable(staff, customer, now);
  if (why) return why;
  return (await hasWrittenIn(tx, wish)) ? null : 'TICKET_NOT_FOUND';
}

/** Null when the agent has a view open: the database lets in one, whatever runs beside it. */
async function insertGrant(tx: Tx, ctx: Context, agent: Agent, wish: Wish & Customer) {
  const { deps, now, requestId, userAgentFamily, ipPrefix } = ctx;
  const { vault, env } = deps;
  const { subjectId, ticket, category, timeZone } = wish;
  const key = await vault.subjectKey(tx, subjectId);
  const notAfter = new Date(now.getTime() + VIEW_MS);
  const row = {
    id: newId(now),
    subjectId,
    actorId: agent.accountId,
    actorLabel: agent.staff.label,
    staffSession: agent.staffSession,
    ticket,
    category,
    reason: vault.seal(key, 'impersonation_grant.reason', wish.reason),
    scope: [...wish.scope],
    createdAt: now,
    notAfter,
    extensionAskedAt: null,
    extensionAnsweredAt: null,
    extensionAnswer: null,
    endedAt: null,
    endedBy: null,
  };
  const [written] = await tx
    .insert(impersonationGrant)
    .values({ ...row, rowMac: grantMac(vault, row) })
    .onConflictDoNothing()
    .returning({ id: impersonationGrant.id });
  if (!written) return null;
  const { token } = await createSession(tx, {
    vault,
    now,
    kind: 'impersonation',
    subjectId,
    actorId: agent.accountId,
    grantId: row.id,
    // For the customer nothing was proved; what the agent proved stands in their own session.
    aal: 0,
    methods: ['grant'],
    aal2At: null,
    userAgentFamily,
    ipPrefix,
  });
  await recordAudit(tx, vault, {
    action: 'support.view_started',
    actor: agent.actor,
    subjectId,
    purpose: 'support',
    sections: [...wish.scope],
    reference: ticket,
    requestId,
    details: { about: category },
    now,
  });
  await addNotice(tx, { subjectId, kind: 'support_view_started', reference: ticket, now });
  await queueMail(tx, vault, {
    subjectId,
    template: 'support_view_started',
    params: {
      who: agent.staff.label,
      ticket,
      until: momentInWords(notAfter, timeZone),
      link: `${env.PUBLIC_URL}/who-looked`,
    },
    dedupeKey: `support_view_started:${row.id}`,
    now,
  });
  await enqueue(tx, closeViewJob, {
    payload: { grantId: row.id },
    subjectId,
    runAt: notAfter,
    now,
    dedupeKey: `support.close_view:${row.id}`,
  });
  return { token, grantId: row.id, notAfter };
}
