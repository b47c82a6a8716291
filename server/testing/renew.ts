import type postgres from 'postgres';

/** How long a connection that a test left behind may take to end. */
const ENDING_MS = 10_000;
/** From this many bytes on, new files are faster than deleting row by row. */
const LARGE_BYTES = 1_000_000;
/** Where everything but a table's own facts is defined; each change of a row there has a new `xmin`. */
const CATALOGUES = [
  'pg_attrdef',
  'pg_attribute',
  'pg_constraint',
  'pg_event_trigger',
  'pg_extension',
  'pg_index',
  'pg_inherits',
  'pg_namespace',
  'pg_policy',
  'pg_proc',
  'pg_rewrite',
  'pg_trigger',
  'pg_type',
];
/** A table's own facts, without those that change as rows come and go. */
const RELATIONS = `
  select string_agg(concat_ws(',', oid, relname, relkind, relowner, relacl, reloptions, relchecks,
    relrowsecurity, relforcerowsecurity), ' ' order by oid) from pg_class where relpersistence <> 't'`;
const SEQUENCES = `select string_agg(concat_ws(',', sequencename, last_value), ' ') from pg_sequences`;

/** Ends every other connection to the database, so that nobody left behind writes into the next test. */
export async function endOthers(sql: postgres.Sql): Promise<void> {
  const others = await sql<{ ended: boolean }[]>`
    select pg_terminate_backend(pid, ${ENDING_MS}) as ended from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`;
  if (others.some(({ ended }) => !ended))
    throw new Error('a connection of an earlier test goes on');
}

/**
 * Takes every row out, whatever guards it, and gives the pages back, so that rows lie as they would in a
 * new table.
 * @param kept names of tables that are left as they are
 */
export async function emptyTables(sql: postgres.Sql, kept: readonly string[]): Promise<void> {
  const filled = (await filledTables(sql)).filter(({ name }) => !kept.includes(name));
  const large = filled.filter(({ bytes }) => bytes >= LARGE_BYTES).map(({ name }) => name);
  const small = filled.filter(({ bytes }) => bytes < LARGE_BYTES).map(({ name }) => name);
  if (large.length > 0) await sql.unsafe(`truncate ${large.join(', ')}`);
  await sql`select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) from pg_sequences where last_value is not null`;
  if (small.length === 0) return;
  await sql.unsafe(
    `set session_replication_role = replica; ${small.map((name) => `delete from ${name};`).join(' ')}`,
  );
  await sql.unsafe(`vacuum (index_cleanup on, truncate on) ${small.join(', ')}`);
}

/** What a database is: which tables hold rows, and a hash of these and of every definition. */
export async function fingerprint(sql: postgres.Sql): Promise<{ filled: string[]; hash: string }> {
  const filled = (await filledTables(sql)).map(({ name }) => name);
  const rows = filled.map(
    (name) => `select md5(string_agg(t::text, ' ' order by t::text)) from ${name} t`,
  );
  const definitions = CATALOGUES.map(
    (name) => `select concat(count(*), ' ', max(xmin::text::bigint)) from ${name}`,
  );
  const parts = [...rows, ...definitions, RELATIONS, SEQUENCES].map((part) => `(${part})`);
  const [state] = await sql.unsafe<{ hash: string }[]>(
    `select md5(concat_ws('/', ${parts.join(', ')})) as hash`,
  );
  return { filled, hash: `${filled.join(' ')} ${state?.hash}` };
}

/** Tables with a page on disk: all that were written to since they were made or emptied. */
async function filledTables(sql: postgres.Sql): Promise<{ name: string; bytes: number }[]> {
  return sql<{ name: string; bytes: number }[]>`
    select oid::regclass::text as name, pg_relation_size(oid)::float8 as bytes from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0
    order by oid`;
}
