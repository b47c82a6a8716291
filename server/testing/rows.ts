import { type SQL, sql } from 'drizzle-orm';
import type { Connection } from '../../db/connect.ts';
import { subjectTables } from '../../db/data-map/index.ts';

type Rows = Record<string, { count: number; hash: string }>;

/** What stands in tables, one statement for all of them: how many rows, and a hash over them. */
async function standing({ db }: Connection, names: readonly string[], where: SQL): Promise<Rows> {
  const parts = names.map(
    (name) => sql`select ${name}::text as name, count(*)::int as count,
      coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as hash
      from ${sql.identifier(name)} t where ${where}`,
  );
  const rows = await db.execute<{ name: string; count: number; hash: string }>(
    sql.join(parts, sql` union all `),
  );
  return Object.fromEntries(rows.map(({ name, count, hash }) => [name, { count, hash }]));
}

/** Rows of some people in every table of the data map. */
export function rowsOf(
  connection: Connection,
  people: readonly { subjectId: string }[],
): Promise<Rows> {
  const ids = sql.join(
    people.map(({ subjectId }) => sql`${subjectId}::uuid`),
    sql`, `,
  );
  return standing(
    connection,
    subjectTables.map(({ sqlName }) => sqlName),
    sql`subject_id in (${ids})`,
  );
}

/** Everything in the database: budgets, sessions, jobs and letters too. */
export async function everything(connection: Connection): Promise<Rows> {
  const tables = await connection.sql<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`;
  return standing(
    connection,
    tables.map(({ name }) => name),
    sql`true`,
  );
}
