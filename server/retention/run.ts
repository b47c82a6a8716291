import { sql } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import {
  countExpired,
  deleteExpired,
  type ExpiredRows,
  expired,
  expiringTables,
} from '../../db/data-map/expire.ts';
import { tablesHeldByField } from '../../db/data-map/held.ts';
import { type MapTable, subjectTables, type TableName } from '../../db/data-map/index.ts';
import type { Section } from '../../db/data-map/vocabulary.ts';
import { recordAudit } from '../audit/record.ts';
import type { Vault } from '../crypto/vault.ts';
import { SET_ASIDE_BATCH, setAside } from './set-aside.ts';

/** Rows per transaction over all tables together. */
export const RETENTION_BATCH = 5_000;

/**
 * Rows that come and go by the day and say nothing a person would look for: they are counted in the
 * run's own event, and make no line in anybody's log. The log itself is one of them, or every line that
 * goes would leave a new one behind for ever.
 */
const quiet: ReadonlySet<TableName> = new Set<TableName>([
  'auditEvent',
  'factorGuard',
  'ingestKey',
  'mailToken',
  'serviceDaySubject',
  'session',
  'subjectEvent',
  'signUp',
]);

/** What one transaction of the run deleted. `full`: there may be more. */
export type RetentionBatch = {
  deleted: { table: TableName; title: string; rows: number }[];
  full: boolean;
};

/**
 * Deletes rows whose delete-on date has come, in all tables, up to a bound, and records it: an event for
 * each person affected who still has an account, one about nobody's data with all counts. Rows under a
 * hold stay, or what it keeps of them does. What is deleted and what is said commit together.
 */
export async function expireBatch(
  tx: Tx,
  vault: Vault,
  { now, requestId, limit = RETENTION_BATCH }: { now: Date; requestId: string; limit?: number },
): Promise<RetentionBatch> {
  const done: ExpiredRows[] = [];
  let left = limit;
  let asideFull = false;
  const heldByField = await tablesHeldByField(tx, now);
  for (const table of expiringTables) {
    const held = subjectTables.find(({ sqlName }) => sqlName === table.sqlName);
    if (left > 0 && held && heldByField.has(held.sqlName)) {
      const aside = await setAside(tx, vault, { table: held, rows: expired(held, now), now });
      asideFull ||= aside === SET_ASIDE_BATCH;
      left -= aside;
    }
    if (left <= 0) break;
    const result = await deleteExpired(tx, { table, now, limit: left });
    left -= result.rows;
    if (result.rows > 0) done.push(result);
  }
  await recordExpiry(tx, vault, { done, now, requestId });
  return {
    deleted: done.map(({ table, title, rows }) => ({ table, title, rows })),
    full: left <= 0 || asideFull,
  };
}

async function recordExpiry(
  tx: Tx,
  vault: Vault,
  { done, now, requestId }: { done: ExpiredRows[]; now: Date; requestId: string },
): Promise<void> {
  const bySubject = new Map<string, { counts: Record<string, number>; sections: Set<Section> }>();
  for (const { table, bySubject: subjects } of done) {
    const section = sectionOf(table);
    for (const [subjectId, rows] of subjects) {
      if (!subjectId || quiet.has(table) || !section) continue;
      const entry = bySubject.get(subjectId) ?? { counts: {}, sections: new Set<Section>() };
      entry.counts[table] = rows;
      entry.sections.add(section);
      bySubject.set(subjectId, entry);
    }
  }
  const common = {
    action: 'retention.expired',
    actor: { kind: 'system', job: 'retention.daily' },
    purpose: 'accountability',
    requestId,
    now,
  } as const;
  const known = await subjectsWithAccount(tx, [...bySubject.keys()]);
  for (const [subjectId, { counts, sections }] of bySubject) {
    if (!known.has(subjectId)) continue;
    await recordAudit(tx, vault, {
      ...common,
      subjectId,
      sections: [...sections],
      details: counts,
    });
  }
  if (done.length === 0) return;
  const summary = done.map(({ table, rows }) => `${table}:${rows}`).join(' ');
  await recordAudit(tx, vault, { ...common, subjectId: null, reference: summary });
}

async function subjectsWithAccount(tx: Tx, subjectIds: string[]): Promise<Set<string>> {
  if (subjectIds.length === 0) return new Set();
  const list = sql.join(
    subjectIds.map((id) => sql`${id}::uuid`),
    sql`, `,
  );
  const rows = await tx.execute<{ id: string }>(sql`
    select a.subject_id as id from account a join subject_key k on k.subject_id = a.subject_id
    where a.subject_id in (${list})`);
  return new Set(rows.map(({ id }) => id));
}

function sectionOf(name: TableName): Section | null {
  const found: MapTable | undefined = subjectTables.find((table) => table.name === name);
  return found?.section ?? null;
}

/** What a run would delete now, by table; nothing is changed. Tables with nothing to delete are left out. */
export async function retentionDryRun(
  db: Db | Tx,
  now: Date,
): Promise<{ table: TableName; title: string; rows: number }[]> {
  const counted: { table: TableName; title: string; rows: number }[] = [];
  for (const table of expiringTables) {
    const rows = await countExpired(db, { table, now });
    if (rows > 0) counted.push({ table: table.name, title: table.title, rows });
  }
  return counted;
}
