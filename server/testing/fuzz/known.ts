import { sql } from 'drizzle-orm';
import type { Connection } from '../../../db/connect.ts';
import { columnOf, subjectTables } from '../../../db/data-map/index.ts';

const EACH = 20;
/** Columns by which people and programs name a row. */
const NAMES = new Set(['reference', 'number', 'key', 'planHash']);

/**
 * What names rows of some people, by the column it stands in: ids of every table, and what people call it.
 * @returns values by the key of their column
 */
export async function namesOf(
  { db }: Connection,
  subjectIds: readonly string[],
): Promise<Record<string, string[]>> {
  const whom = sql.join(
    subjectIds.map((id) => sql`${id}::uuid`),
    sql`, `,
  );
  const parts = subjectTables.flatMap((table) => {
    const own = columnOf(table, table.subject).sqlName;
    return table.columns.flatMap(({ key, sqlName, sqlType }) => {
      if (key === table.subject) return [];
      if (sqlType !== 'uuid' && !(sqlType === 'text' && NAMES.has(key))) return [];
      const column = sql.identifier(sqlName);
      return [
        sql`(select ${key}::text as key, ${column}::text as value from ${sql.identifier(table.sqlName)}
          where ${sql.identifier(own)} in (${whom}) and ${column} is not null limit ${EACH})`,
      ];
    });
  });
  const rows = await db.execute<{ key: string; value: string }>(sql.join(parts, sql` union all `));
  const named: Record<string, string[]> = {};
  for (const { key, value } of rows) named[key] = [...(named[key] ?? []), value];
  return named;
}
