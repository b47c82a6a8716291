import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { Connection } from '../../db/connect.ts';
import {
  columnOf,
  type MapColumn,
  type MapTable,
  subjectTables,
  unlinkedTables,
} from '../../db/data-map/index.ts';
import type { Sealed } from '../../db/schema/column.ts';
import type { DataKey, Vault } from '../crypto/vault.ts';

/** Shorter texts occur by chance: they count only as the whole of a value in their own column. */
const MIN_LENGTH = 5;
const SHORTEST = 3;
/** Every text searched for anywhere begins with so many characters of the index. */
const STEM = 4;
const PAGE = 2_000;

export type IdentifyingValue = { table: string; column: string; value: string };
/** `place`: table and column by their names in the database, or the path of a file. */
export type Hit = {
  place: string;
  table: string | null;
  column: string | null;
  subjectId: string | null;
  value: string;
};

/**
 * Texts by which a person could be recognised, taken from the map: what is personal or pseudonymous, not
 * a word of a fixed list, and at least three characters long. Sealed values are opened. A plain value
 * counts only if nobody else's row holds it: a kind of browser recognises nobody. Call it before an
 * erasure; afterwards there is no key.
 *
 * @param connection one that sees every table
 */
export async function identifyingValues(
  connection: Pick<Connection, 'db' | 'sql'>,
  vault: Vault,
  subjectId: string,
): Promise<IdentifyingValue[]> {
  const { db } = connection;
  const key = await vault.subjectKey(db, subjectId);
  const own = new Map<string, IdentifyingValue>();
  const plain = new Map<string, IdentifyingValue>();
  for (const table of subjectTables) {
    for (const column of table.columns.filter(mayIdentify)) {
      const place = `${table.sqlName}.${column.sqlName}` as const;
      const sealed = column.storage === 'sealed';
      for (const text of await textsOf(db, table, column, subjectId)) {
        const value = sealed ? vault.unseal(key, place, text as Sealed) : text;
        if (value.trim().length < SHORTEST) continue;
        (sealed ? own : plain).set(`${place} ${value}`, {
          table: table.sqlName,
          column: column.sqlName,
          value,
        });
      }
    }
  }
  const candidates = [...plain.values()];
  const hits = candidates.length > 0 ? await scanForValues(connection, vault, [], candidates) : [];
  const shared = new Set(
    hits.filter((hit) => hit.subjectId !== subjectId).map(({ value }) => value),
  );
  return [...own.values(), ...candidates.filter(({ value }) => !shared.has(value))];
}

function mayIdentify({ kind, category, column, sqlType, sqlName }: MapColumn): boolean {
  if (kind !== 'personal' && kind !== 'pseudonymous') return false;
  // What our own systems did is said in codes, the same for everybody.
  if (!category?.startsWith('user.')) return false;
  if (sqlName === 'subject_id' || (column.enumValues ?? []).length > 0) return false;
  return sqlType === 'text' || sqlType.startsWith('char') || sqlType.startsWith('varchar');
}

async function textsOf(
  db: Connection['db'],
  table: MapTable,
  column: MapColumn,
  subjectId: string,
): Promise<string[]> {
  const name = sql.identifier(table.sqlName);
  const field = sql.identifier(column.sqlName);
  const subject = sql.identifier(columnOf(table, table.subject).sqlName);
  const rows = await db.execute<{ value: string }>(
    sql`select distinct t.${field} as value from ${name} t where t.${subject} = ${subjectId}::uuid and t.${field} is not null`,
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
  values: readonly (string | IdentifyingValue)[],
): Promise<Hit[]> {
  if (values.length === 0) throw new RangeError('nothing to search for');
  const search = createSearch(values);
  const keys = await livingKeys(db, vault);
  const byTable = new Map<string, LiveColumn[]>();
  for (const column of await textColumns(db))
    byTable.set(column.table, [...(byTable.get(column.table) ?? []), column]);
  const hits: Hit[] = [];
  for (const [table, columns] of byTable) {
    const names = await columnNames(db, table);
    const owners = ['subject_id', 'keep_id'].filter((name) => names.has(name));
    const selected = [...columns.map(({ column }) => column), ...owners].map(
      (name) => client`${client(name)}::text as ${client(name)}`,
    );
    const list = selected.flatMap((part, index) => (index === 0 ? [part] : [client`, `, part]));
    for await (const rows of client`select ${list} from ${client(table)}`.cursor(PAGE)) {
      for (const row of rows as unknown as Record<string, string | null>[]) {
        for (const { column } of columns) {
          const text = row[column];
          if (!text) continue;
          const place = `${table}.${column}` as const;
          for (const value of search.inText(place, opened(vault, keys, place, text, row))) {
            hits.push({ place, table, column, subjectId: row['subject_id'] ?? null, value });
          }
        }
      }
    }
  }
  for (const dir of dirs) hits.push(...(await scanFiles(dir, search.anywhere)));
  return hits;
}

/** Looks for all texts at once, without regard to case: by their first characters, then in full. */
function createSearch(values: readonly (string | IdentifyingValue)[]) {
  const anywhere = new Set<string>();
  const whole = new Map<string, string>();
  for (const one of values) {
    const value = typeof one === 'string' ? one : one.value;
    if (value.length >= MIN_LENGTH) anywhere.add(value);
    else if (typeof one !== 'string') whole.set(`${one.table}.${one.column} ${value}`, value);
    else throw new RangeError('too short to be searched for everywhere');
  }
  const maybe = new Uint8Array(0x1_0000);
  // Within a stem by length: thousands of keys that begin alike cost one look, not one each.
  const byStem = new Map<string, Map<number, Map<string, string[]>>>();
  for (const value of anywhere) {
    const lower = value.toLowerCase();
    const stem = lower.slice(0, STEM);
    const byLength = byStem.get(stem) ?? new Map<number, Map<string, string[]>>();
    const alike = byLength.get(lower.length) ?? new Map<string, string[]>();
    alike.set(lower, [...(alike.get(lower) ?? []), value]);
    byStem.set(stem, byLength.set(lower.length, alike));
    maybe[stemHash(lower, 0)] = 1;
  }
  return {
    anywhere: [...anywhere],
    inText(place: string, text: string): Set<string> {
      const found = new Set<string>();
      const exact = whole.get(`${place} ${text}`);
      if (exact !== undefined) found.add(exact);
      const lower = text.toLowerCase();
      for (let start = 0; start + STEM <= lower.length; start += 1) {
        if (maybe[stemHash(lower, start)] === 0) continue;
        for (const [length, alike] of byStem.get(lower.slice(start, start + STEM)) ?? [])
          for (const value of alike.get(lower.slice(start, start + length)) ?? []) found.add(value);
      }
      return found;
    },
  };
}

/** Sixteen bits of the characters that a text begins with at `start`. */
function stemHash(text: string, start: number): number {
  let hash = 0;
  for (let index = start; index < start + STEM; index += 1)
    hash = (hash << 4) ^ text.charCodeAt(index);
  return hash & 0xffff;
}

async function livingKeys(db: Connection['db'], vault: Vault): Promise<Map<string, DataKey>> {
  const keys = new Map<string, DataKey>();
  for (const { id } of await db.execute<{ id: string }>(
    sql`select subject_id as id from subject_key`,
  )) {
    keys.set(id, await vault.subjectKey(db, id));
  }
  for (const { id } of await db.execute<{ id: string }>(sql`select id from keep_key`)) {
    keys.set(id, await vault.keepKey(db, id));
  }
  return keys;
}

const sealedPlaces = new Set(
  [...subjectTables, ...unlinkedTables].flatMap((table) =>
    table.columns
      .filter(({ storage }) => storage === 'sealed')
      .map(({ sqlName }) => `${table.sqlName}.${sqlName}`),
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
  if (values.length === 0) return [];
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
    for (const value of found)
      hits.push({ place: path, table: null, column: null, subjectId: null, value });
  }
  return hits;
}

/** Tables that the work of an erasure itself writes to. */
const written = new Set([
  'erased_account',
  'erasure_receipt',
  'farewell_mail',
  'job',
  'keep_key',
  'service_day',
]);

/** A hash of each table without the rows of one person: what must be the same before and after. */
export async function hashesWithout(
  { db }: Pick<Connection, 'db'>,
  subjectId: string,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  const others = unlinkedTables.filter(({ sqlName }) => !written.has(sqlName));
  const tables = [
    ...subjectTables.map(({ sqlName }) => ({
      sqlName,
      rows: sql`t.subject_id <> ${subjectId}::uuid`,
    })),
    ...others.map(({ sqlName }) => ({ sqlName, rows: sql`true` })),
  ];
  for (const { sqlName, rows } of tables) {
    const [row] = await db.execute<{ hash: string }>(sql`
      select count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as hash
      from ${sql.identifier(sqlName)} as t where ${rows}`);
    hashes[sqlName] = row?.hash ?? '';
  }
  return hashes;
}
