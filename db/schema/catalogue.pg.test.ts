import { expect } from 'vitest';
import { test } from '../../server/testing/pg.ts';
import { type MapColumn, subjectTables, unlinkedTables } from '../data-map/index.ts';
import { partitionedTables } from './partitions.ts';

type LiveColumn = { table_name: string; column_name: string; type: string; not_null: boolean };

/** Tables of the runner and the demo marker: no column of theirs is about anybody. */
const OWN = new Set(['migration', 'demo_seed']);

async function liveColumns(sql: import('postgres').Sql): Promise<LiveColumn[]> {
  return sql<LiveColumn[]>`
    select c.relname as table_name, a.attname as column_name,
      format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as not_null
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and a.attnum > 0 and not a.attisdropped`;
}

const normal = (type: string) =>
  type
    .replace('character(', 'char(')
    .replace('timestamp(3) with time zone', 'timestamp (3) with time zone')
    .trim();

/** Columns in which the live database and the map differ, by name. */
function differences(live: LiveColumn[]): string[] {
  const mapped = new Map<string, MapColumn>(
    [...subjectTables, ...unlinkedTables].flatMap((table) =>
      table.columns.map((column) => [`${table.sqlName}.${column.sqlName}`, column] as const),
    ),
  );
  const found = live
    .filter((column) => !OWN.has(column.table_name))
    .flatMap((column) => {
      const name = `${column.table_name}.${column.column_name}`;
      const entry = mapped.get(name);
      mapped.delete(name);
      if (!entry) return [`${name}: not in the map`];
      if (entry.notNull !== column.not_null) return [`${name}: nullability`];
      return normal(column.type) === entry.sqlType
        ? []
        : [`${name}: ${column.type} is not ${entry.sqlType}`];
    });
  return [...found, ...[...mapped.keys()].map((name) => `${name}: not in the database`)];
}

test('the live catalogue and the data map agree on every column', async ({ connection }) => {
  expect(differences(await liveColumns(connection.sql))).toEqual([]);
});

test('a column added by SQL is named as not in the map', async ({ connection, owner }) => {
  await owner.sql`alter table account add column shoe_size int`;
  expect(differences(await liveColumns(connection.sql))).toEqual([
    'account.shoe_size: not in the map',
  ]);
});

test('every table with a subject hides foreign rows, and partitioned tables are partitioned', async ({
  connection,
}) => {
  const rows = await connection.sql<{ name: string; secured: boolean; partitioned: boolean }[]>`
    select relname as name, relrowsecurity as secured, relkind = 'p' as partitioned from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`;
  const secured = rows.filter((row) => row.secured).map((row) => row.name);
  expect(secured.sort()).toEqual(subjectTables.map((table) => table.sqlName).sort());
  expect(
    rows
      .filter((row) => row.partitioned)
      .map((row) => row.name)
      .sort(),
  ).toEqual(partitionedTables.map((entry) => entry.table).sort());
});
