import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { Connection } from '../../db/connect.ts';
import { columnOf, type MapColumn, type MapTable, subjectTables, unlinkedTables } from '../../db/data-map/index.ts';
import type { Sealed } from '../../db/schema/column.ts';
import type { DataKey, Vault } from '../crypto/vault.ts';

/** Shorter texts occur by chance. */
const MIN_LENGTH = 5;
const PAGE = 2_000;

export type IdentifyingValue = { table: string; column: string; value: string };
/** `place`: table and column by their names in the database, or the path of a file. */
export type Hit = { place: string; table: string | null; column: string | null; subjectId: string | null; value: string };

/**
 * Texts by which a person could be recognised, taken from the map: what is personal or pseudonymous, not
 * a word of a fixed list, at least five characters long, and in no other person's row of that column.
 * Sealed values are opened. Call it before an erasure; afterwards there is no key.
 */
export async function identifyingValues(
  { db }: Pick<Connection, 'db'>,
  vault: Vault,
  subjectId: string,
): Promise<IdentifyingValue[]> {
  const key = await vault.subjectKey(db, subjectId);
  const found = new Map<string, IdentifyingValue>();
  for (const table of subjectTables) {
    for (const column of table.columns.filter(mayIdentify)) {
      for (const text of await textsOf(db, table, column, subjectId)) {
        const place = `${table.sqlName}.${column.sqlName}` as const;
        const value = column.storage === 'sealed' ? vault.unseal(key, place, text as Sealed) : text;
        if (value.trim().length < MIN_LENGTH) continue;
        found.set(`${place} ${value}`, { table: table.sqlName, column: column.sqlName, value });
      }
    }
  }
  return [...found.values()];
}

function mayIdentify({ kind, column, sqlType, sqlName }: MapColumn): boolean {
  if (kind !== 'personal' && kind !== 'pseudonymous') return false;
  if (sqlName === 'subject_id' || (column.enumValues ?? []).length > 0) return false;
  return sqlType === 'text' || sqlType.startsWith('char') || sqlType.startsWith('varchar');
}

async function textsOf(db: Connection['db'], table: MapTable, column: MapColumn, subjectId: string): Promise<string[]> {
  const name = sql.identifier(table.sqlName);
  const field = sql.identifier(column.sqlName);
  const subject = sql.identifier(columnOf(table, table.subject).sqlName);
  const unshared =
    column.storage === 'sealed'
      ? sql`true`
      : sql`not exists (select 1 from ${name} o where o.${field} = t.${field} and o.${subject} <> t.${subject})`;
  const rows = await db.execute<{ value: string }>(
    sql`select distinct t.${field} as value from ${name} t where t.${subject} = ${subjectId}::uuid and t.${field} is not null and ${unshared}`,
  );
  return rows.map(({ value }) => value);
}

type LiveColumn = { table: string; column: string };

/**
 * Searches the whole decrypted database, and files, for texts. Every column of the live catalogue that
 * can hold text is read, whether the map knows it or not; sealed text is opened with whatever key of a
 * person or a keep still exists. What no key opens is searched as it stands.
 *
 * @param dirs searched with everything below; files are compared byte by byte
 */
export async function scanForValues(
  { db, sql: client }: Pick<Connection, 'db' | 'sql'>,
  vault: Vault,
  dirs: readonly string[],
  values: readonly string[],
): Promise<Hit[]> {
  if (values.length === 0) throw new RangeError('nothing to search for');
  const needles = [...new Set(values)].map((value) => ({ value, lower: value.toLowerCase() }));
  const keys = await livingKeys(db, vault);
  const byTable = new Map<string, LiveColumn[]>();
  for (const column of await textColumns(db)) byTable.set(column.table, [...(byTable.get(column.table) ?? []), column]);
  const hits: Hit[] = [];
  for (const [table, columns] of byTable) {
    const names = await columnNames(db, table);
    const owners = ['subject_id', 'keep_id'].filter((name) => names.has(name));
    const selected = [...columns.map(({ column }) => column), ...owners].map((name) => client`${client(name)}::text as ${client(name)}`);
    const list = selected.flatMap((part, index) => (index === 0 ? [part] : [client`, `, part]));
    for await (const rows of client`select ${list} from ${client(table)}`.cursor(PAGE)) {
      for (const row of rows as unknown as Record<string, string | null>[]) {
        for (const { column } of columns) {
          const text = row[column];
          if (!text) continue;
          const lower = opened(vault, keys, `${table}.${column}`, text, row).toLowerCase();
          for (const { value, lower: needle } of needles) {
            if (!lower.includes(needle)) continue;
            hits.push({ place: `${table}.${column}`, table, column, subjectId: row['subject_id'] ?? null, value });
          }
        }
      }
    }
  }
  for (const dir of dirs) hits.push(...(await scanFiles(dir, needles.map(({ value }) => value))));
  return hits;
}

async function livingKeys(db: Connection['db'], vault: Vault): Promise<Map<string, DataKey>> {
  const keys = new Map<string, DataKey>();
  for (const { id } of await db.execute<{ id: string }>(sql`select subject_id as id from subject_key`)) {
    keys.set(id, await vault.subjectKey(db, id));
  }
  for (const { id } of await db.execute<{ id: string }>(sql`select id from keep_key`)) {
    keys.set(id, await vault.keepKey(db, id));
  }
  return keys;
}

const sealedPlaces = new Set(
  [...subjectTables, ...unlinkedTables].flatMap((table) =>
    table.columns.filter(({ storage }) => storage === 'sealed').map(({ sqlName }) => `${table.sqlName}.${sqlName}`),
  ),
);

function opened(
  vault: Vault,
  keys: ReadonlyMap<string, DataKey>,
  place: `${string}.${string}`,
  text: string,
  row: Record<string, string | null>,
): string {
  if (!sealedPlaces.has(place)) return text;
  for (const owner of [row['keep_id'], row['subject_id']]) {
    const key = owner ? keys.get(owner) : undefined;
    if (!key) continue;
    try {
      return vault.unseal(key, place, text as Sealed);
    } catch {
      // Sealed under another key: the next one may fit.
    }
  }
  return text;
}

async function textColumns(db: Connection['db']): Promise<LiveColumn[]> {
  const rows = await db.execute<{ table: string; column: string }>(sql`
    select c.relname as table, a.attname as column
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and a.attnum > 0 and not a.attisdropped
      and (t.typcategory in ('S', 'A') or t.typname in ('json', 'jsonb', 'xml', 'bytea', 'hstore'))
      and has_table_privilege(c.oid, 'select')
    order by c.relname, a.attnum`);
  return [...rows];
}

async function columnNames(db: Connection['db'], table: string): Promise<Set<string>> {
  const rows = await db.execute<{ name: string }>(
    sql`select attname as name from pg_attribute where attrelid = ${table}::regclass and attnum > 0 and not attisdropped`,
  );
  return new Set(rows.map(({ name }) => name));
}

async function scanFiles(dir: string, values: readonly string[]): Promise<Hit[]> {
  const overlap = Math.max(...values.map((value) => Buffer.byteLength(value)));
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const hits: Hit[] = [];
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const found = new Set(values.filter((value) => path.includes(value)));
    let tail = Buffer.alloc(0);
    for await (const chunk of createReadStream(path)) {
      const bytes = Buffer.concat([tail, chunk as Buffer]);
      for (const value of values) if (bytes.includes(value)) found.add(value);
      tail = bytes.subarray(-overlap);
    }
    for (const value of found) hits.push({ place: path, table: null, column: null, subjectId: null, value });
  }
  return hits;
}
