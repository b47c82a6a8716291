import postgres from 'postgres';
import { test as base, describe, expect, inject } from 'vitest';
import { connect } from '../../db/connect.ts';
import { subjectTables } from '../../db/data-map/index.ts';
import { generateKeyring, parseKeyring } from '../crypto/keyring.ts';
import { createVault } from '../crypto/vault.ts';
import { cloneTemplate, type TestDatabase } from './database.ts';
import { fillPerson } from './fill.ts';

const now = new Date();
const month = `audit_event_${now.toISOString().slice(0, 7).replace('-', '_')}`;
const test = base.extend<{ $file: { database: TestDatabase; before: postgres.Row } }>({
  database: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures from the pattern.
    async ({}, use) => {
      const database = await cloneTemplate(inject('templateUrl'));
      await use(database);
      await database.drop();
    },
    { scope: 'file' },
  ],
  before: [async ({ database }, use) => use(await seen(database)), { scope: 'file' }],
});

/** Asks as the owner and goes away. */
async function ask(database: TestDatabase, statement: string): Promise<postgres.Row[]> {
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  try {
    return await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

/** What can be seen of a database, by name and not by number: a new copy looks the same. */
async function seen(database: TestDatabase): Promise<postgres.Row> {
  const lists = {
    tables: `select relname, relkind, relrowsecurity, relacl,
        case when relkind = 'r' then pg_relation_size(oid) end as bytes
      from pg_class where relnamespace = 'public'::regnamespace order by relname`,
    rows: `select relname, query_to_xml(format('select md5(t::text) as row from %I t order by 1', relname), true, false, '')
      from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0 order by relname`,
    columns: `select attrelid::regclass, attname, atttypid::regtype, attnotnull, pg_get_expr(adbin, adrelid)
      from pg_attribute join pg_class c on c.oid = attrelid
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where relnamespace = 'public'::regnamespace and attnum > 0 and not attisdropped order by 1, 2`,
    checks:
      'select conrelid::regclass, conname, pg_get_constraintdef(oid) from pg_constraint order by 1, 2',
    policies: 'select * from pg_policies order by tablename, policyname',
    triggers: 'select tgrelid::regclass, tgname, tgenabled from pg_trigger order by 1, 2',
    functions: `select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace order by 1`,
    sequences: 'select sequencename, last_value from pg_sequences order by 1',
  };
  const parts = Object.entries(lists).map(
    ([name, list]) => `(select json_agg(t) from (${list}) t) as ${name}`,
  );
  const [row] = await ask(database, `select ${parts.join(', ')}`);
  if (!row?.['columns'] || !row['functions']) throw new Error('nothing is seen');
  return row;
}

async function numberOf(database: TestDatabase): Promise<unknown> {
  const [row] = await ask(
    database,
    'select oid from pg_database where datname = current_database()',
  );
  return row?.['oid'];
}

describe('the database that the tests of a file use in turn', () => {
  test('loses every row in every table there is, without being copied anew', async ({
    database,
    before,
  }) => {
    const number = await numberOf(database);
    const connection = connect(database.url, { max: 1 });
    const vault = createVault(parseKeyring(generateKeyring()));
    await fillPerson(connection.db, vault, { tag: 'ada', now });
    await connection.close();
    await ask(
      database,
      `insert into rate_limit (key, points, expires_at)
       select repeat('many ', 9) || n, 1, now() from generate_series(1, 30000) as n`,
    );
    const filled = await ask(
      database,
      `select 1 from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0`,
    );
    expect(filled.length).toBeGreaterThan(subjectTables.length);
    await database.renew();
    expect(await seen(database)).toEqual(before);
    expect(await numberOf(database)).toBe(number);
  });

  test('is left by whoever is still in it, and what was under way there is not written', async ({
    database,
    before,
  }) => {
    for (const begin of ['select 1', 'begin']) {
      const straggler = postgres(database.url, { max: 1, onnotice: () => {} });
      const held = await straggler.reserve();
      await held.unsafe(begin);
      await held`select set_config('application_name', 'straggler', false)`;
      if (begin === 'begin')
        await held`insert into rate_limit (key, points, expires_at) values ('open', 1, now())`;
      const there = `select 1 from pg_stat_activity where application_name = 'straggler'`;
      expect(await ask(database, there)).toHaveLength(1);
      await database.renew();
      expect(await ask(database, there)).toHaveLength(0);
      expect(await seen(database)).toEqual(before);
      await straggler.end({ timeout: 0 });
    }
  });

  test.for([
    ['a row that the template has was changed', "update migration set hash = 'other'"],
    ['a column was added', 'alter table account add column shoe_size int'],
    ['a default was set', 'alter table rate_limit alter column points set default 7'],
    ['a month was dropped', `drop table ${month}`],
    ['rows are no longer hidden', 'alter table account disable row level security'],
    ['a policy is gone', 'drop policy own_rows on account'],
    ['a right was given', 'grant delete on audit_event to portal_read'],
    ['a check is gone', 'alter table consent_event drop constraint consent_raise_needs_the_person'],
    ['a trigger is off', 'alter table consent_event disable trigger consent_event_is_final'],
    [
      'a function does something else',
      'create or replace function refuse_change() returns trigger language plpgsql as $$ begin return new; end $$',
    ],
    ['a sequence was made', 'create sequence left_behind'],
  ])('is what the template is although %s', async ([, deed], { database, before }) => {
    await ask(database, deed ?? '');
    expect(await seen(database)).not.toEqual(before);
    await database.renew();
    expect(await seen(database)).toEqual(before);
  });
});
