import { and, desc, eq, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { type Purpose, purposes, type Section, sections } from '../../db/data-map/vocabulary.ts';
import { type actorKinds, auditEvent } from '../../db/schema/audit.ts';
import type { Sealed } from '../../db/schema/column.ts';
import { service } from '../../db/schema/service.ts';
import { CipherError, type DataKey, type Vault } from '../crypto/vault.ts';
import { readTimeCursor, writeTimeCursor } from '../trpc/time-cursor.ts';
import { lookActions } from './actions.ts';
import { type ServiceFacts, serviceFacts } from './service-facts.ts';
import { isShownBy } from './shown.ts';

const PAGE = 50;

type Dispute = { reference: string; open: boolean };

/** One entry of *Who looked*. */
export type LogEntry = {
  id: string;
  occurredAt: Date;
  actorKind: (typeof actorKinds)[number];
  /** As the actor was named then; a service by the name it has, as everywhere else. */
  actor: string;
  action: string;
  purpose: string;
  outcome: 'done' | 'refused' | 'failed';
  sections: string[];
  reference: string | null;
  /** Names of fields and codes, never values; null when there are none. */
  details: string | null;
  /** The case in which its person disputes it, the newest. */
  dispute: Dispute | null;
  /** The same for the act of a service, in words where there are words. */
  facts: ServiceFacts | null;
};

/**
 * The person's log, newest first. What a legal bar holds back appears when the bar ends: on its day, with a
 * release of its hold, or when no hold has come of it.
 * @throws {DomainError} INPUT_REFUSED for a cursor that was not handed out
 */
export async function readLog(
  tx: Tx,
  vault: Vault,
  {
    subjectId,
    actor,
    cursor,
    now,
  }: {
    subjectId: string;
    actor: (typeof actorKinds)[number] | 'all';
    cursor: string | undefined;
    now: Date;
  },
): Promise<{ entries: LogEntry[]; next: string | null }> {
  const from = cursor === undefined ? null : readTimeCursor(cursor);
  const [key, rows] = await Promise.all([
    vault.subjectKey(tx, subjectId),
    tx
      .select({ event: auditEvent, service: service.name, dispute: disputeOf(subjectId) })
      .from(auditEvent)
      .leftJoin(
        service,
        and(eq(auditEvent.actorKind, 'service'), eq(service.id, auditEvent.actorId)),
      )
      .where(
        and(
          eq(auditEvent.subjectId, subjectId),
          isShownBy(now),
          actor === 'all' ? undefined : eq(auditEvent.actorKind, actor),
          from === null
            ? undefined
            : or(
                lt(auditEvent.occurredAt, from.at),
                and(eq(auditEvent.occurredAt, from.at), lt(auditEvent.id, from.id)),
              ),
        ),
      )
      .orderBy(desc(auditEvent.occurredAt), desc(auditEvent.id))
      .limit(PAGE + 1),
  ]);
  const page = rows.slice(0, PAGE);
  const last = page.at(-1)?.event;
  return {
    entries: page.map((row) => entryOf(row, detailsOf(vault, key, row.event))),
    next: rows.length > PAGE && last ? writeTimeCursor({ at: last.occurredAt, id: last.id }) : null,
  };
}

/** The case about an event. */
function disputeOf(subjectId: string): SQL<Dispute | null> {
  return sql<Dispute | null>`(
    select json_build_object('reference', t.reference, 'open', t.state <> 'closed') from support_ticket as t
    where t.subject_id = ${subjectId}::uuid and t.about_kind = 'entry' and t.about_id = audit_event.id::text
    order by t.opened_at desc limit 1)`;
}

function entryOf(
  {
    event: row,
    service: named,
    dispute,
  }: { event: typeof auditEvent.$inferSelect; service: string | null; dispute: Dispute | null },
  details: string | null,
): LogEntry {
  return {
    id: row.id,
    occurredAt: row.occurredAt,
    actorKind: row.actorKind,
    actor: named ?? row.actorLabel,
    action: row.action,
    purpose: purposes[row.purpose as Purpose]?.text ?? row.purpose,
    outcome: row.outcome,
    sections: row.sections.map((section) => sections[section as Section]?.title ?? section),
    reference: row.reference,
    details,
    dispute,
    facts: row.actorKind === 'service' ? serviceFacts(details) : null,
  };
}

/** The latest look by a person of EaseLLM, or null when nobody has looked. */
export async function lastStaffLook(tx: Tx, { subjectId, now }: { subjectId: string; now: Date }) {
  const [row] = await tx
    .select({
      actor: auditEvent.actorLabel,
      occurredAt: auditEvent.occurredAt,
      purpose: auditEvent.purpose,
      reference: auditEvent.reference,
    })
    .from(auditEvent)
    .where(
      and(
        eq(auditEvent.subjectId, subjectId),
        eq(auditEvent.actorKind, 'staff'),
        inArray(auditEvent.action, [...lookActions]),
        isShownBy(now),
      ),
    )
    .orderBy(desc(auditEvent.occurredAt))
    .limit(1);
  return row ? { ...row, purpose: purposes[row.purpose as Purpose]?.text ?? row.purpose } : null;
}

/** How many acts each kind of actor did in the last 90 days. */
export async function countByActor(
  tx: Tx,
  { subjectId, now }: { subjectId: string; now: Date },
): Promise<Record<(typeof actorKinds)[number], number>> {
  const since = new Date(now.getTime() - 90 * 86_400_000);
  const rows = await tx
    .select({ kind: auditEvent.actorKind, count: sql<number>`count(*)::int` })
    .from(auditEvent)
    .where(
      and(eq(auditEvent.subjectId, subjectId), gte(auditEvent.occurredAt, since), isShownBy(now)),
    )
    .groupBy(auditEvent.actorKind);
  const counts = { subject: 0, staff: 0, service: 0, system: 0 };
  for (const { kind, count } of rows) counts[kind] = count;
  return counts;
}

/** Details of an event as JSON; null when there are none, or no key opens them any more. */
export function detailsOf(
  vault: Vault,
  key: DataKey,
  { details }: { details: Sealed | null },
): string | null {
  if (details === null) return null;
  try {
    return vault.unseal(key, 'audit_event.details', details);
  } catch (cause) {
    if (cause instanceof CipherError) return null;
    throw cause;
  }
}
