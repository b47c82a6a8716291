import { sql } from 'drizzle-orm';
import type { Db, Tx } from '../connect.ts';
import { holder } from '../schema/service.ts';
import { deleteOn } from './delete-on.ts';
import { erasureOrder, hasKeep, nameOf, subjectIs } from './erase.ts';
import { holdingsOf } from './holdings.ts';
import { columnOf, type MapColumn, type MapTable, type TableName } from './index.ts';
import { type KeepGround, keepGrounds, keepLaw } from './keeps.ts';
import { shownBy } from './shown.ts';
import type { Section } from './vocabulary.ts';

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
  'contactDecision',
  'dataSubjectRequest',
  'disclosure',
  'exportArchive',
  'factorGuard',
  'holderTask',
  'ingestKey',
  'mailToken',
  'notice',
  'optOutSignal',
  'outboundMail',
  'requestStep',
  'serviceDaySubject',
  'session',
  'subjectEvent',
]);

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

/** Another system that holds data of the person, and whether the erasure reaches it. */
export type PlannedHolder = {
  holder: string;
  name: string;
  country: string;
  /** Asked to erase, and waited for; otherwise it is not connected to this portal. */
  asked: boolean;
  /** What it holds, by the titles of our tables. */
  holds: string[];
};

/**
 * Counts and rules, never a value of the person. Its canonical JSON is hashed, confirmed and run. Plans
 * of version 1, confirmed before holders were asked, name none.
 */
export type ErasurePlan = { version: 1 | 2; tables: PlannedTable[]; holders?: PlannedHolder[] };

/** The plan, and beside it what stands in the tables that the plan does not count. */
export type ErasurePreview = { plan: ErasurePlan; present: Record<string, number> };

/** What stands of a subject in one table and, where a keep ends, how much of it goes on which day. */
export type TableCount = {
  table: MapTable;
  rows: number;
  groups: { until: string; rows: number }[];
};

/**
 * Counts a subject's rows in every table, in the order of the work. Everything an erasure says in
 * numbers comes from here: the plan that is shown and confirmed, the steps, the search for what is left,
 * and the receipt.
 *
 * @param country of the account, for statutory periods; null once the account is erased: then the days
 *   are those of the keys that its keeps are sealed with
 * @param toldBy for numbers that the person reads: without what a legal bar keeps from them at that moment
 */
export function countSubject(
  tx: Tx | Db,
  {
    subjectId,
    country,
    toldBy = null,
  }: { subjectId: string; country: string | null; toldBy?: Date | null },
): Promise<TableCount[]> {
  return Promise.all(
    erasureOrder.map(async (table) => {
      const days = await countByDay(tx, { table, subjectId, country, toldBy });
      const byEnd = new Map<string, number>();
      for (const { until, rows } of days)
        if (until) byEnd.set(until, (byEnd.get(until) ?? 0) + rows);
      return {
        table,
        rows: days.reduce((sum, { rows }) => sum + rows, 0),
        groups: [...byEnd]
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([until, rows]) => ({ until, rows })),
      };
    }),
  );
}

async function countByDay(
  tx: Tx | Db,
  {
    table,
    subjectId,
    country,
    toldBy,
  }: { table: MapTable; subjectId: string; country: string | null; toldBy: Date | null },
): Promise<{ until: string | null; rows: number }[]> {
  const { retention } = table;
  const shown = toldBy && shownBy(table, 't', toldBy);
  const whose = sql`t.${subjectIs(table, subjectId)} and ${sql.raw(shown ?? 'true')}`;
  if (table.keep === null || typeof retention === 'string') {
    const [row] = await tx.execute<{ n: string }>(
      sql`select count(*) as n from ${nameOf(table)} as t where ${whose}`,
    );
    return [{ until: null, rows: Number(row?.n ?? 0) }];
  }
  if (country === null && hasKeep(table)) {
    const ends = await tx.execute<{ until: string | null; n: string }>(sql`
      select to_char(k.ends_at, 'YYYY-MM-DD') as until, count(*) as n
      from ${nameOf(table)} as t left join keep_key as k on k.id = t.keep_id where ${whose} group by 1`);
    return ends.map(({ until, n }) => ({ until, rows: Number(n) }));
  }
  const from = sql.identifier(columnOf(table, retention.from).sqlName);
  const days = await tx.execute<{ day: string | null; n: string }>(
    sql`select to_char(t.${from}, 'YYYY-MM-DD') as day, count(*) as n from ${nameOf(table)} as t where ${whose} group by 1`,
  );
  return days.map(({ day, n }) => {
    const until = day ? deleteOn(table, { [retention.from]: new Date(day) }, country ?? '') : null;
    return { until: until && dayOf(until), rows: Number(n) };
  });
}

/**
 * Computes the plan for one subject from the rows there are now.
 *
 * @param country of the account, for statutory periods
 */
export async function planErasure(
  tx: Tx | Db,
  { subjectId, country, now }: { subjectId: string; country: string; now: Date },
): Promise<ErasurePreview> {
  const [counted, holders] = await Promise.all([
    countSubject(tx, { subjectId, country, toldBy: now }),
    plannedHolders(tx),
  ]);
  return {
    plan: {
      version: 2,
      holders,
      tables: counted.map(({ table, rows, groups }) => ({
        table: table.name,
        title: table.title,
        section: table.section,
        action: table.onErasure,
        rows: moving.has(table.name) ? null : rows,
        keep:
          table.keep &&
          plannedKeep(table, table.keep, country, moving.has(table.name) ? [] : groups),
      })),
    },
    present: Object.fromEntries(counted.map(({ table, rows }) => [table.name, rows])),
  };
}

async function plannedHolders(tx: Tx | Db): Promise<PlannedHolder[]> {
  const rows = await tx.select().from(holder).orderBy(holder.name, holder.id);
  return rows.map(({ id, name, country, serviceId }) => ({
    holder: id,
    name,
    country,
    asked: serviceId !== null,
    holds: holdingsOf(id).map(({ title }) => title),
  }));
}

/**
 * Tables of which today's map keeps more than a plan says: the map may have changed since the plan was
 * confirmed, and nothing is kept that the person was not told of.
 */
export function keptBeyond(plan: ErasurePlan): TableName[] {
  return erasureOrder
    .filter((table) => {
      if (!table.keep) return false;
      const told = plan.tables.find(({ table: name }) => name === table.name)?.keep;
      if (!told) return true;
      const { kept, resealed } = keptColumns(table);
      const readable = new Set([...told.columns.kept, ...told.columns.resealed]);
      return [...kept, ...resealed].some((label) => !readable.has(label));
    })
    .map(({ name }) => name);
}

function plannedKeep(
  table: MapTable,
  ground: KeepGround,
  country: string,
  groups: PlannedKeep['groups'],
): PlannedKeep {
  const { retention } = table;
  return {
    ground,
    reason: keepGrounds[ground].text,
    law: keepLaw(ground, country),
    groups,
    period: typeof retention === 'object' && 'period' in retention ? retention.period : null,
    columns: keptColumns(table),
  };
}

function keptColumns(table: MapTable): KeptColumns {
  const labels = (fits: (column: MapColumn) => boolean) =>
    table.columns.filter(fits).map((column) => column.label);
  return {
    kept: labels(({ erasure, kind }) => erasure === 'keep' && kind !== 'technical'),
    emptied: labels(({ erasure }) => erasure === 'null'),
    overwritten: labels(({ erasure }) => typeof erasure === 'object'),
    resealed: labels(({ erasure }) => erasure === 'reseal'),
    unreadable: labels(({ erasure }) => erasure === 'shred'),
  };
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
