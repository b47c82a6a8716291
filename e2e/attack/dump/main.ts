// A dump in wrong hands: a thousand people, every value known that is sealed in a table of theirs, looked for
// in every table and in the files of the server, raw, in base64 and in hex; then sessions replayed, edited and
// inserted. A value that one page of the log begins and the next ends is not seen in the log.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { columnOf, subjectTables } from '../../../db/data-map/index.ts';
import type { Sealed } from '../../../db/schema/column.ts';
import { fillPerson } from '../../../server/testing/fill.ts';
import { insertCustomer } from '../../../server/testing/people.ts';
import { startPortal } from '../portal.ts';
import { check, runAttack } from '../program.ts';
import { openSession } from '../races/arena.ts';
import { startWorld, type World } from '../world.ts';
import { type Found, finder } from './patterns.ts';
import { attackSessions } from './sessions.ts';

const PEOPLE = 1_000;
const SESSIONS = 50;
/** Shorter values stand anywhere by chance. */
const SHORTEST = 8;
const MIB = 1_048_576;

await runAttack('dump', async ({ number }) => {
  const people = number('people', PEOPLE);
  const world = await startWorld({ max: 4 });
  const portal = await startPortal(world);
  const arena = { portal, world, round: 0 };
  const { vault } = portal.deps;
  try {
    const now = new Date();
    const values = new Set<string>();
    for (let made = 0; made < people; made += 1) {
      const tag = `known-${made}-${crypto.randomUUID().slice(0, 8)}`;
      const { subjectId, key } = await fillPerson(world.owner.db, vault, { tag, now });
      await addSealed({ world, vault }, { subjectId, key }, values);
    }
    const secrets: string[] = [];
    for (let made = 0; made < SESSIONS; made += 1) {
      const person = await insertCustomer(portal.deps, { name: `Known ${made}` });
      const { token } = await openSession(arena, person);
      secrets.push(token, person.totpSecret, ...person.recoveryCodes, person.email);
    }
    check('values of sealed columns to look for', values.size > 20 * people, values.size);
    const find = finder([...values, ...secrets]);
    const planted = 'known-planted-value in plain sight';
    const seesPlanted = finder([planted]);
    await world.owner.sql`create table planted (value text)`;
    for (const form of ['utf8', 'base64', 'hex'] as const)
      await world.owner.sql`insert into planted values (${Buffer.from(planted).toString(form)})`;
    await world.owner.sql`checkpoint`;

    const dumped = await search(tables(world), find, seesPlanted);
    check(
      'planted values that the search sees in the dump',
      dumped.planted === 3,
      `${dumped.planted} of 3`,
    );
    check(
      'values of sealed columns and secrets in the dump',
      dumped.found.length === 0,
      told(dumped),
    );
    const files = await search(serverFiles(world), find, seesPlanted);
    check(
      'planted values that it sees in the files of the server',
      files.planted >= 3,
      files.planted,
    );
    check(
      'values of sealed columns and secrets in the files of the server',
      files.found.length === 0,
      told(files),
    );
    await attackSessions(arena);
  } finally {
    await portal.stop();
    await world.stop();
  }
});

type Searched = { found: Found[]; planted: number; bytes: number };

async function search(
  parts: AsyncIterable<[place: string, bytes: Buffer]>,
  find: ReturnType<typeof finder>,
  seesPlanted: ReturnType<typeof finder>,
): Promise<Searched> {
  const searched: Searched = { found: [], planted: 0, bytes: 0 };
  for await (const [place, bytes] of parts) {
    searched.found.push(...find(bytes, place));
    searched.planted += seesPlanted(bytes, place).length;
    searched.bytes += bytes.length;
  }
  return searched;
}

function told({ found, bytes }: Searched): string {
  const places = [
    ...new Set(found.map(({ place, form, value }) => `${place} (${form}: ${value})`)),
  ];
  return `${found.length} in ${(bytes / MIB).toFixed(1)} MiB ${places.slice(0, 5).join(', ')}`;
}

/** Every table of the database as text, as a dump has it. */
async function* tables({ owner }: World): AsyncGenerator<[string, Buffer]> {
  const names = await owner.sql<{ name: string }[]>`
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')`;
  if (names.length < 50) throw new Error('a dump without tables');
  for (const { name } of names) {
    const rows = await owner.sql.unsafe<{ line: string }[]>(
      `select t::text as line from ${name} t`,
    );
    yield [name, Buffer.from(rows.map(({ line }) => line).join('\n'))];
  }
}

/** What lies on the disk: tables, indexes, and the log of what was written. */
async function* serverFiles({ dataDir }: World): AsyncGenerator<[string, Buffer]> {
  const dir = join(dataDir, 'pg');
  for (const name of readdirSync(dir, { recursive: true })) {
    const path = join(dir, String(name));
    if (statSync(path, { throwIfNoEntry: false })?.isFile())
      yield [String(name), readFileSync(path)];
  }
}

/** Adds what is sealed of a person, opened as only the portal can. */
async function addSealed(
  { world, vault }: { world: World; vault: Parameters<typeof fillPerson>[1] },
  { subjectId, key }: { subjectId: string; key: Awaited<ReturnType<typeof fillPerson>>['key'] },
  values: Set<string>,
): Promise<void> {
  for (const table of subjectTables) {
    const { sqlName, columns } = table;
    const sealed = columns.filter(({ storage }) => storage === 'sealed');
    if (sealed.length === 0) continue;
    const own = columnOf(table, table.subject).sqlName;
    const rows = await world.owner.db.execute<Record<string, Sealed | null>>(
      sql`select ${sql.join(
        sealed.map((column) => sql.identifier(column.sqlName)),
        sql`, `,
      )}
        from ${sql.identifier(sqlName)} where ${sql.identifier(own)} = ${subjectId}::uuid`,
    );
    for (const row of rows)
      for (const { sqlName: column } of sealed) {
        const text = row[column];
        if (!text) continue;
        const place = `${sqlName}.${column}` as const;
        let value = vault.unseal(key, place, text);
        // A filled text ends with the name of its column: that of `email` is how that of `email_index` begins.
        if (columns.some((other) => other.sqlName.startsWith(`${column}_`))) {
          value = `known ${crypto.randomUUID()}`;
          await world.owner.db.execute(
            sql`update ${sql.identifier(sqlName)} set ${sql.identifier(column)} = ${vault.seal(key, place, value)}
              where ${sql.identifier(own)} = ${subjectId}::uuid`,
          );
        }
        if (value.length >= SHORTEST) values.add(value);
      }
  }
}
