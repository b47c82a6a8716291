import { and, desc, eq, gt, isNotNull, isNull, or } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, type Tx, withSubject } from '../../db/connect.ts';
import { account } from '../../db/schema/account.ts';
import { membership, organisation } from '../../db/schema/organisation.ts';
import { dataSubjectRequest } from '../../db/schema/request.ts';
import { supportTicket } from '../../db/schema/support.ts';
import { maskedPerson } from '../account/masked.ts';
import { recordAudit } from '../audit/record.ts';
import { countFactors } from '../auth/factors.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { askedForOf } from '../requests/behalf/shown.ts';
import type { Agent } from './agent.ts';
import type { lookUpInput } from './input.ts';
import { whyNotViewable } from './viewable.ts';

type LookUp = z.output<typeof lookUpInput>;
type Stores = Pick<Deps, 'connection' | 'vault'>;
type Call = { agent: Agent; requestId: string; now: Date };

const NEWEST = 10;
/** So long an agent sees what became of a request that support asked for. */
const OUTCOME_MS = 30 * 86_400_000;
/** Labels of what the answer shows, as the customer reads them in the log. */
const SHOWN = ['name', 'email', 'country', 'status', 'tickets', 'requests', 'organisations'];

/**
 * Finds one customer by what the agent was told exactly, and shows them masked. There is no list of
 * people and no search by part of a name. Recorded in the customer's log before the answer; a look-up
 * that finds nobody is recorded as nobody's.
 *
 * @returns null when there is no such customer; staff are found by nobody
 */
export async function lookUp({ connection: { db }, vault }: Stores, call: Call, input: LookUp) {
  const found = await customerOf(db, vault, input);
  if (found === null) {
    await db.transaction((tx) => record(tx, vault, call, { input, subjectId: null }));
    return null;
  }
  return withSubject(db, found, 'read', async (tx) => {
    await record(tx, vault, call, { input, subjectId: found });
    return maskedView(tx, vault, call, found);
  });
}

function record(
  tx: Tx,
  vault: Vault,
  { agent, requestId, now }: Call,
  { input, subjectId }: { input: LookUp; subjectId: string | null },
): Promise<void> {
  return recordAudit(tx, vault, {
    action: 'staff.looked_up',
    actor: agent.actor,
    subjectId,
    purpose: 'support',
    outcome: subjectId === null ? 'refused' : 'done',
    sections: subjectId === null ? [] : ['account', 'support'],
    reference: subjectId !== null && input.by === 'ticket' ? input.value : null,
    requestId,
    details: { by: input.by, about: input.category, fields: subjectId === null ? [] : SHOWN },
    now,
  });
}

async function maskedView(tx: Tx, vault: Vault, { agent, now }: Call, subjectId: string) {
  const [row] = await tx.select().from(account).where(eq(account.subjectId, subjectId));
  if (!row) throw new DomainError('NOT_FOUND');
  const [key, factors, organisations, tickets, requests] = await Promise.all([
    vault.subjectKey(tx, subjectId),
    countFactors(tx, { vault, subjectId }),
    tx
      .select({ name: organisation.name })
      .from(membership)
      .innerJoin(organisation, eq(organisation.id, membership.organisationId))
      .where(eq(membership.subjectId, subjectId)),
    ticketsOf(tx, subjectId),
    requestsOf(tx, { subjectId, now }),
  ]);
  return {
    subjectId,
    ...maskedPerson(vault, key, row),
    country: row.country,
    since: row.createdAt,
    status: row.status,
    factors: factors.apps + factors.passkeys,
    supportAccess: row.supportAccess,
    organisations: organisations.map(({ name }) => name),
    tickets,
    requests,
    mayView: whyNotViewable(agent.staff, row, now),
  };
}

/** The one customer that a look-up means. */
async function customerOf(db: Db, vault: Vault, input: LookUp): Promise<string | null> {
  const subjectId = await subjectOf(db, vault, input);
  if (subjectId === null) return null;
  const [row] = await db
    .select({ subjectId: account.subjectId })
    .from(account)
    .where(and(eq(account.subjectId, subjectId), eq(account.role, 'customer')));
  return row?.subjectId ?? null;
}

async function subjectOf(db: Db, vault: Vault, input: LookUp): Promise<string | null> {
  if (input.by === 'account') return input.value;
  if (input.by === 'email') {
    const [row] = await db
      .select({ subjectId: account.subjectId })
      .from(account)
      .where(eq(account.emailIndex, vault.emailIndex(input.value)));
    return row?.subjectId ?? null;
  }
  const [row] = await db
    .select({ subjectId: supportTicket.subjectId })
    .from(supportTicket)
    .where(eq(supportTicket.reference, input.value));
  return row?.subjectId ?? null;
}

function ticketsOf(tx: Tx, subjectId: string) {
  return tx
    .select({
      reference: supportTicket.reference,
      kind: supportTicket.kind,
      state: supportTicket.state,
      openedAt: supportTicket.openedAt,
    })
    .from(supportTicket)
    .where(eq(supportTicket.subjectId, subjectId))
    .orderBy(desc(supportTicket.openedAt))
    .limit(NEWEST);
}

/** What is open, and what became of that which support asked for. */
async function requestsOf(tx: Tx, { subjectId, now }: { subjectId: string; now: Date }) {
  const rows = await tx
    .select()
    .from(dataSubjectRequest)
    .where(
      and(
        eq(dataSubjectRequest.subjectId, subjectId),
        or(
          isNull(dataSubjectRequest.endedAt),
          and(
            isNotNull(dataSubjectRequest.askedBy),
            gt(dataSubjectRequest.endedAt, new Date(now.getTime() - OUTCOME_MS)),
          ),
        ),
      ),
    )
    .orderBy(dataSubjectRequest.dueAt)
    .limit(NEWEST);
  return rows.map((row) => {
    const { reference, kind, state, dueAt, endedAt } = row;
    return { reference, kind, state, dueAt, endedAt, askedFor: askedForOf(row) };
  });
}
