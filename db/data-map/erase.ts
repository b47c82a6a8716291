import { type SQL, sql } from 'drizzle-orm';
import type { Db, Tx } from '../connect.ts';
import { notHeld } from './held.ts';
import { columnOf, type MapColumn, type MapTable, subjectTables, type TableName } from './index.ts';

/** Rows of a table that are still needed as they are, by one of its columns. */
export type Exception = { column: string; id: string };

/** Rows per transaction, so that no erasure holds its locks for long. */
export const ERASE_BATCH = 5_000;

/** These go last, by steps of their own: the account row, and after everything its key. */
const last: ReadonlySet<TableName> = new Set<TableName>(['account', 'subjectKey']);

/** Tables in the order in which an erasure works on them: deletions, keeps, the account, its key. */
export const erasureOrder: readonly MapTable[] = [
  ...subjectTables.filter((table) => table.onErasure === 'delete' && !last.has(table.name)),
  ...subjectTables.filter((table) => table.onErasure === 'keep'),
  ...subjectTables.filter((table) => last.has(table.name)),
];

/** Deletes up to `limit` of the subject's rows that no hold protects; the number deleted. */
export async function deleteBatch(
  tx: Tx,
  {
    table,
    subjectId,
    now,
    limit = ERASE_BATCH,
  }: { table: MapTable; subjectId: string; now: Date; limit?: number },
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
  {
    table,
    subjectId,
    now,
    except = null,
    limit = ERASE_BATCH,
  }: {
    table: MapTable;
    subjectId: string;
    now: Date;
    except?: Exception | null;
    limit?: number;
  },
): Promise<number> {
  const targets = minimised(table);
  if (targets.length === 0) return 0;
  const keys = table.primaryKey.map((key) => sql.identifier(columnOf(table, key).sqlName));
  const set = targets.map(({ column, value }) => sql`${sql.identifier(column.sqlName)} = ${value}`);
  const result = await tx.execute(sql`
    with batch as (
      select ${list(keys)} from ${nameOf(table)} as t
      where t.${subjectIs(table, subjectId)} and ${notHeld(table, now)} and ${notMinimised(table, except)} limit ${limit})
    update ${nameOf(table)} as t set ${list(set)} from batch
    where t.${subjectIs(table, subjectId)} and (${list(keys.map((key) => sql`t.${key}`))}) = (${list(keys.map((key) => sql`batch.${key}`))})`);
  return result.count;
}

/** Whether rows that stay are not yet as they shall stay: not minimised, or bound to no keep. */
export async function isUnfinished(
  tx: Tx | Db,
  {
    table,
    subjectId,
    except = null,
  }: { table: MapTable; subjectId: string; except?: Exception | null },
): Promise<boolean> {
  const wanting = [
    ...(minimised(table).length > 0 ? [notMinimised(table, except)] : []),
    ...(hasKeep(table) ? [sql`t.keep_id is null`] : []),
  ];
  if (wanting.length === 0) return false;
  const [row] = await tx.execute<{ left: boolean }>(sql`
    select exists (select 1 from ${nameOf(table)} as t
      where t.${subjectIs(table, subjectId)} and (${sql.join(wanting, sql` or `)})) as left`);
  return row?.left ?? false;
}

/** Columns of rows that stay which are emptied or overwritten, with what stands there afterwards. */
function minimised(table: MapTable): { column: MapColumn; value: SQL }[] {
  return table.columns.flatMap((column) => {
    const { erasure } = column;
    if (erasure === 'null') return [{ column, value: sql`null` }];
    if (typeof erasure === 'object') return [{ column, value: literal(column, erasure.overwrite) }];
    return [];
  });
}

function notMinimised(table: MapTable, except: Exception | null): SQL {
  const differs = minimised(table).map(
    ({ column, value }) => sql`t.${sql.identifier(column.sqlName)} is distinct from ${value}`,
  );
  const others = except
    ? sql`t.${sql.identifier(columnOf(table, except.column).sqlName)} <> ${except.id}::uuid`
    : sql`true`;
  return sql`(${others} and (${sql.join(differs, sql` or `)}))`;
}

/** Whether rows of the table are bound to a keep, with whose key they end. */
export function hasKeep(table: Pick<MapTable, 'columns'>): boolean {
  return table.columns.some((column) => column.sqlName === 'keep_id');
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
