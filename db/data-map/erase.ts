import { type SQL, sql } from 'drizzle-orm';
import type { Db, Tx } from '../connect.ts';
import { deleteOn } from './delete-on.ts';
import { notHeld } from './held.ts';
import { columnOf, type MapColumn, type MapTable, subjectTables, type TableName } from './index.ts';
import { type KeepGround, keepGrounds, keepLaw } from './keeps.ts';
import type { Section } from './vocabulary.ts';

/** Rows per transaction, so that no erasure holds its locks for long. */
export const ERASE_BATCH = 5_000;

/**
 * Tables that change while somebody reads the preview, without a decision of theirs: what asking itself
 * writes (sessions, letters, notices, the log), and what machines report by the second. For these the
 * plan states the rule and no number: "all there are when it runs". Everything else is counted exactly,
 * and a count that differs at the confirmation makes the preview stale.
 */
const moving: ReadonlySet<TableName> = new Set<TableName>([
  'analyticsEvent',
  'apiUsage',
  'auditEvent',
  'connectionEvent',
  'consentEvent',
  'dataSubjectRequest',
  'disclosure',
  'exportArchive',
  'factorGuard',
  'ingestKey',
  'mailToken',
  'notice',
  'optOutSignal',
  'outboundMail',
  'requestStep',
  'session',
]);

/** These go last, by steps of their own: the account row, and after everything its key. */
const last: ReadonlySet<TableName> = new Set<TableName>(['account', 'subjectKey']);

/** What becomes of the columns of rows that stay, by their labels. */
export type KeptColumns = {
  kept: string[];
  emptied: string[];
  overwritten: string[];
  /** Sealed anew under a key that dies when the keep ends. */
  resealed: string[];
  /** The key they are sealed with is destroyed; what remains can be read by nobody. */
  unreadable: string[];
};

export type PlannedKeep = {
  ground: KeepGround;
  reason: string;
  law: string;
  /** By the day on which they go. Empty for tables without a number: then `period` says it. */
  groups: { until: string; rows: number }[];
  period: string | null;
  columns: KeptColumns;
};

export type PlannedTable = {
  table: TableName;
  title: string;
  section: Section;
  action: 'delete' | 'keep';
  /** Exact, or null: all rows there are when the plan runs. */
  rows: number | null;
  keep: PlannedKeep | null;
};

/** Counts and rules, never a value of the person. Its canonical JSON is hashed, confirmed and run. */
export type ErasurePlan = { version: 1; tables: PlannedTable[] };

/** The plan, and beside it what stands in the tables that the plan does not count. */
export type ErasurePreview = { plan: ErasurePlan; present: Record<string, number> };

/** Tables in the order in which an erasure works on them: deletions, keeps, the account, its key. */
export const erasureOrder: readonly MapTable[] = [
  ...subjectTables.filter((table) => table.onErasure === 'delete' && !last.has(table.name)),
  ...subjectTables.filter((table) => table.onErasure === 'keep'),
  ...subjectTables.filter((table) => last.has(table.name)),
];

/**
 * Computes the plan for one subject from the rows there are now.
 *
 * @param country of the account, for statutory periods
 */
export async function planErasure(
  tx: Tx | Db,
  { subjectId, country }: { subjectId: string; country: string },
): Promise<ErasurePreview> {
  const counted = await Promise.all(
    erasureOrder.map(async (table) => ({ table, ...(await countRows(tx, { table, subjectId, country })) })),
  );
  return {
    plan: {
      version: 1,
      tables: counted.map(({ table, rows, groups }) => ({
        table: table.name,
        title: table.title,
        section: table.section,
        action: table.onErasure,
        rows: moving.has(table.name) ? null : rows,
        keep: table.keep && plannedKeep(table, table.keep, country, moving.has(table.name) ? [] : groups),
      })),
    },
    present: Object.fromEntries(counted.map(({ table, rows }) => [table.name, rows])),
  };
}

type Counted = { rows: number; groups: { until: string; rows: number }[] };

async function countRows(
  tx: Tx | Db,
  { table, subjectId, country }: { table: MapTable; subjectId: string; country: string },
): Promise<Counted> {
  const { retention } = table;
  if (table.keep === null || typeof retention === 'string') {
    const [row] = await tx.execute<{ n: string }>(
      sql`select count(*) as n from ${nameOf(table)} where ${subjectIs(table, subjectId)}`,
    );
    return { rows: Number(row?.n ?? 0), groups: [] };
  }
  const from = sql.identifier(columnOf(table, retention.from).sqlName);
  const days = await tx.execute<{ day: string | null; n: string }>(
    sql`select date_trunc('day', ${from})::text as day, count(*) as n from ${nameOf(table)} where ${subjectIs(table, subjectId)} group by 1`,
  );
  const byEnd = new Map<string, number>();
  for (const { day, n } of days) {
    const until = day && deleteOn(table, { [retention.from]: new Date(day) }, country);
    if (until) byEnd.set(dayOf(until), (byEnd.get(dayOf(until)) ?? 0) + Number(n));
  }
  return {
    rows: days.reduce((sum, { n }) => sum + Number(n), 0),
    groups: [...byEnd].sort(([a], [b]) => (a < b ? -1 : 1)).map(([until, rows]) => ({ until, rows })),
  };
}

function plannedKeep(table: MapTable, ground: KeepGround, country: string, groups: PlannedKeep['groups']): PlannedKeep {
  const { retention } = table;
  const labels = (fits: (column: MapColumn) => boolean) => table.columns.filter(fits).map((column) => column.label);
  return {
    ground,
    reason: keepGrounds[ground].text,
    law: keepLaw(ground, country),
    groups,
    period: typeof retention === 'object' && 'period' in retention ? retention.period : null,
    columns: {
      kept: labels(({ erasure, kind }) => erasure === 'keep' && kind !== 'technical'),
      emptied: labels(({ erasure }) => erasure === 'null'),
      overwritten: labels(({ erasure }) => typeof erasure === 'object'),
      resealed: labels(({ erasure }) => erasure === 'reseal'),
      unreadable: labels(({ erasure }) => erasure === 'shred'),
    },
  };
}

/** Deletes up to `limit` of the subject's rows that no hold protects; the number deleted. */
export async function deleteBatch(
  tx: Tx,
  { table, subjectId, now, limit = ERASE_BATCH }: { table: MapTable; subjectId: string; now: Date; limit?: number },
): Promise<number> {
  const keys = table.primaryKey.map((key) => sql.identifier(columnOf(table, key).sqlName));
  const result = await tx.execute(sql`
    with batch as (
      select ${list(keys)} from ${nameOf(table)} as t
      where t.${subjectIs(table, subjectId)} and ${notHeld(table, now)} limit ${limit})
    delete from ${nameOf(table)} as t using batch
    where t.${subjectIs(table, subjectId)} and (${list(keys.map((key) => sql`t.${key}`))}) = (${list(keys.map((key) => sql`batch.${key}`))})`);
  return result.count;
}

/**
 * Empties and overwrites, in up to `limit` rows that stay, the columns that say so. Rows that are
 * already as they shall be are not touched, so that it can be repeated; the number changed.
 */
export async function minimiseBatch(
  tx: Tx,
  { table, subjectId, now, exceptId = null, limit = ERASE_BATCH }: {
    table: MapTable;
    subjectId: string;
    now: Date;
    /** The one row that is still needed as it is. */
    exceptId?: string | null;
    limit?: number;
  },
): Promise<number> {
  const targets = table.columns.flatMap((column) => {
    const { erasure } = column;
    if (erasure === 'null') return [{ column, value: sql`null` }];
    if (typeof erasure === 'object') return [{ column, value: literal(column, erasure.overwrite) }];
    return [];
  });
  if (targets.length === 0) return 0;
  const keys = table.primaryKey.map((key) => sql.identifier(columnOf(table, key).sqlName));
  const set = targets.map(({ column, value }) => sql`${sql.identifier(column.sqlName)} = ${value}`);
  const differs = targets.map(({ column, value }) => sql`t.${sql.identifier(column.sqlName)} is distinct from ${value}`);
  const except = exceptId ? sql`t.id <> ${exceptId}::uuid` : sql`true`;
  const result = await tx.execute(sql`
    with batch as (
      select ${list(keys)} from ${nameOf(table)} as t
      where t.${subjectIs(table, subjectId)} and ${notHeld(table, now)} and ${except} and (${sql.join(differs, sql` or `)}) limit ${limit})
    update ${nameOf(table)} as t set ${list(set)} from batch
    where t.${subjectIs(table, subjectId)} and (${list(keys.map((key) => sql`t.${key}`))}) = (${list(keys.map((key) => sql`batch.${key}`))})`);
  return result.count;
}

/** Whether rows of the table are bound to a keep, with whose key they end. */
export function hasKeep(table: Pick<MapTable, 'columns'>): boolean {
  return table.columns.some((column) => column.sqlName === 'keep_id');
}

/** Rows of a subject in a table. */
export async function countSubjectRows(tx: Tx | Db, table: MapTable, subjectId: string): Promise<number> {
  const [row] = await tx.execute<{ n: string }>(
    sql`select count(*) as n from ${nameOf(table)} where ${subjectIs(table, subjectId)}`,
  );
  return Number(row?.n ?? 0);
}

export function nameOf(table: Pick<MapTable, 'sqlName'>): SQL {
  return sql`${sql.identifier(table.sqlName)}`;
}

export function subjectIs(table: MapTable, subjectId: string): SQL {
  return sql`${sql.identifier(columnOf(table, table.subject).sqlName)} = ${subjectId}::uuid`;
}

export function list(parts: readonly (SQL | ReturnType<typeof sql.identifier>)[]): SQL {
  return sql.join([...parts], sql`, `);
}

function literal(column: MapColumn, value: unknown): SQL {
  const plain = value instanceof Date ? value.toISOString() : value;
  return sql`${plain}::${sql.raw(column.sqlType)}`;
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
