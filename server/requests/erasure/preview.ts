import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import {
  type ErasurePreview,
  type PlannedHolder,
  type PlannedTable,
  planErasure,
} from '../../../db/data-map/erasure-plan.ts';
import { type Section, sections } from '../../../db/data-map/vocabulary.ts';
import { account } from '../../../db/schema/account.ts';
import { invoice } from '../../../db/schema/billing.ts';
import { dataSubjectRequest } from '../../../db/schema/request.ts';
import { gpuSession } from '../../../db/schema/usage.ts';
import type { Vault } from '../../crypto/vault.ts';
import { DomainError } from '../../errors.ts';
import { type Unconfirmed, unconfirmedOfKind } from '../behalf/unconfirmed.ts';
import { dueAt } from '../clock.ts';
import { type ToldHold, toldHolds } from '../told-holds.ts';
import { graceDays } from './grace.ts';
import type { OwnershipEdge } from './organisations.ts';
import { planHash } from './plan-hash.ts';

/** A line of the statement: what the plan says of a table, and how many rows stand in it now. */
export type PreviewTable = PlannedTable & { present: number };
export type PreviewSection = { section: Section; title: string; tables: PreviewTable[] };

/** What hangs on the account besides rows. Information, not a wall, but for `organisations`. */
export type OpenMatters = {
  runningSessions: number;
  unpaidInvoices: number;
  organisations: OwnershipEdge[];
  copyInProgress: boolean;
};

export type ErasurePreviewView = {
  planHash: string;
  asOf: string;
  sections: PreviewSection[];
  totals: { deleted: number; kept: number };
  /** They stop the deletion, which then waits for them. */
  holds: ToldHold[];
  open: OpenMatters;
  holders: PlannedHolder[];
  grace: { min: number; max: number; initial: number };
  /** By when all of it must be over if it is asked now, or has to be because support asked before. */
  dueAt: string;
  /** What support asked for, which the confirmation confirms. */
  asked: Unconfirmed<'erasure'> | null;
  /** The deletion already asked for, if there is one. */
  openRequest: string | null;
};

/**
 * Computes what an erasure would do now, for showing it.
 * @param organisations from before: who sees memberships of others is another connection, and whoever holds
 *   one must not wait for a second
 */
export async function previewErasure(
  tx: Tx,
  vault: Vault,
  {
    organisations,
    subjectId,
    now,
    initialGrace,
  }: {
    organisations: OwnershipEdge[];
    subjectId: string;
    now: Date;
    initialGrace: number;
  },
): Promise<ErasurePreviewView> {
  const [person] = await tx
    .select({ country: account.country })
    .from(account)
    .where(eq(account.subjectId, subjectId));
  if (!person) throw new DomainError('NOT_FOUND');
  const { country } = person;
  const [preview, holds, open, openRequest, asked] = await Promise.all([
    planErasure(tx, { subjectId, country, now }),
    toldHolds(tx, vault, { subjectId, now }),
    openMatters(tx, subjectId),
    openErasure(tx, subjectId),
    unconfirmedOfKind(tx, { subjectId, kind: 'erasure', now }),
  ]);
  const due = asked?.dueAt ?? dueAt(now, country);
  return {
    planHash: planHash(preview.plan),
    asOf: now.toISOString(),
    sections: bySection(preview),
    totals: totals(preview),
    holds,
    open: { ...open, organisations },
    holders: preview.plan.holders ?? [],
    grace: graceDays({ dueAt: due, now, initial: initialGrace }),
    dueAt: due.toISOString(),
    asked,
    openRequest,
  };
}

function bySection({ plan, present }: ErasurePreview): PreviewSection[] {
  return (Object.keys(sections) as Section[]).flatMap((section) => {
    const tables = plan.tables
      .filter((table) => table.section === section)
      .map((table) => ({ ...table, present: present[table.table] ?? 0 }));
    return tables.length > 0 ? [{ section, title: sections[section].title, tables }] : [];
  });
}

function totals({ plan, present }: ErasurePreview): { deleted: number; kept: number } {
  const sum = (action: 'delete' | 'keep') =>
    plan.tables
      .filter((table) => table.action === action)
      .reduce((n, { table }) => n + (present[table] ?? 0), 0);
  return { deleted: sum('delete'), kept: sum('keep') };
}

async function openMatters(tx: Tx, subjectId: string): Promise<Omit<OpenMatters, 'organisations'>> {
  const [running, unpaid, copies] = await Promise.all([
    tx
      .select({ n: sql<string>`count(*)` })
      .from(gpuSession)
      .where(and(eq(gpuSession.subjectId, subjectId), sql`${gpuSession.endedAt} is null`)),
    tx
      .select({ n: sql<string>`count(*)` })
      .from(invoice)
      .where(and(eq(invoice.subjectId, subjectId), sql`${invoice.paidAt} is null`)),
    tx
      .select({ n: sql<string>`count(*)` })
      .from(dataSubjectRequest)
      .where(
        and(
          eq(dataSubjectRequest.subjectId, subjectId),
          eq(dataSubjectRequest.kind, 'portability'),
          inArray(dataSubjectRequest.state, ['waiting', 'running']),
        ),
      ),
  ]);
  return {
    runningSessions: Number(running[0]?.n ?? 0),
    unpaidInvoices: Number(unpaid[0]?.n ?? 0),
    copyInProgress: Number(copies[0]?.n ?? 0) > 0,
  };
}

async function openErasure(tx: Tx, subjectId: string): Promise<string | null> {
  const [row] = await tx
    .select({ reference: dataSubjectRequest.reference })
    .from(dataSubjectRequest)
    .where(
      and(
        eq(dataSubjectRequest.subjectId, subjectId),
        eq(dataSubjectRequest.kind, 'erasure'),
        inArray(dataSubjectRequest.state, ['waiting', 'running']),
      ),
    );
  return row?.reference ?? null;
}
