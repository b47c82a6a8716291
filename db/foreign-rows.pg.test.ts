import { sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { describe, expect } from 'vitest';
import { testDeps } from '../server/testing/deps.ts';
import { type FilledPerson, filledRow, fillPerson } from '../server/testing/fill.ts';
import { test } from '../server/testing/pg.ts';
import { type Connection, connect, type Tx, withSubject } from './connect.ts';
import { type MapTable, subjectTables } from './data-map/index.ts';

const now = new Date();
const roles = ['read', 'write'] as const;
/** What a statement about rows of somebody else may come to. */
const HARMLESS = new Set(['nothing', 'refused']);

type Two = { ada: FilledPerson; eve: FilledPerson };

/** What a statement did: `nothing` where it met no row, `refused` where the database says whose rows these are. */
async function outcomeOf(
  { db }: Connection,
  { ada }: Two,
  access: (typeof roles)[number],
  statement: (tx: Tx) => Promise<{ count: number }>,
): Promise<string> {
  let did = '';
  const attempt = withSubject(db, ada.subjectId, access, async (tx) => {
    const { count } = await statement(tx);
    did = count === 0 ? 'nothing' : `${count} rows`;
    // Whatever was done is taken back, so that the next statement meets the same rows.
    throw new Error('taken back');
  });
  return attempt.catch((cause: { cause?: { code?: string } }) =>
    cause.cause?.code === '42501' ? 'refused' : did || `failed: ${cause.cause?.code ?? cause}`,
  );
}

/** Statements that name rows of somebody else, or no row at all, each as one that forgot what it may. */
function attemptsAt({ table, subject }: MapTable, { ada, eve }: Two) {
  const name = table as PgTable;
  const column = sql.identifier(
    (table as unknown as Record<string, { name: string }>)[subject]?.name ?? '',
  );
  const of = ({ subjectId }: FilledPerson) => sql`${column} = ${subjectId}::uuid`;
  return {
    'reads rows of another': (tx: Tx) => tx.execute(sql`select * from ${name} where ${of(eve)}`),
    'reads with a filter that lets all through': (tx: Tx) =>
      tx.execute(sql`select * from ${name} where ${column} <> ${ada.subjectId}::uuid or false`),
    'changes rows of another': (tx: Tx) =>
      tx.execute(sql`update ${name} set ${column} = ${column} where ${of(eve)}`),
    'takes rows of another over': (tx: Tx) =>
      tx.execute(sql`update ${name} set ${column} = ${ada.subjectId}::uuid where not (${of(ada)})`),
    'gives its own rows to another': (tx: Tx) =>
      tx.execute(sql`update ${name} set ${column} = ${eve.subjectId}::uuid`),
    'deletes rows of another': (tx: Tx) =>
      tx.execute(sql`delete from ${name} where not (${of(ada)})`),
  };
}

async function twoFilled(connection: Connection) {
  const { vault } = testDeps(connection);
  const ada = await fillPerson(connection.db, vault, { tag: 'ada', now });
  const eve = await fillPerson(connection.db, vault, { tag: 'eve', now });
  return { vault, people: { ada, eve } };
}

describe('a statement bound to one person', () => {
  test('reads, changes, takes over, deletes and adds no row of another, in any table with a subject, of either role', async ({
    connection,
  }) => {
    const { vault, people } = await twoFilled(connection);
    const reached: string[] = [];
    const unseen: string[] = [];
    for (const table of subjectTables) {
      for (const access of roles) {
        for (const [what, statement] of Object.entries(attemptsAt(table, people))) {
          const outcome = await outcomeOf(connection, people, access, statement);
          if (!HARMLESS.has(outcome))
            reached.push(`${access}: ${what} in ${table.sqlName}: ${outcome}`);
        }
        const row = filledRow(vault, table, { ...people.eve, tag: 'forged', now });
        const added = await outcomeOf(connection, people, access, async (tx) => {
          await tx.insert(table.table as PgTable).values(row);
          return { count: 1 };
        });
        if (added !== 'refused') reached.push(`${access}: adds to ${table.sqlName}: ${added}`);
        // The same statement about one's own rows meets one: it was not an empty table.
        const own = await outcomeOf(connection, people, access, (tx) =>
          tx.execute(sql`select 1 from ${table.table as PgTable}`),
        );
        if (own !== '1 rows') unseen.push(`${access}: ${table.sqlName}: ${own}`);
      }
    }
    expect(reached).toEqual([]);
    expect(unseen).toEqual([]);
  });

  test('finds no way around by the name of a month: what row-level security does not bind gives it nothing', async ({
    connection,
  }) => {
    const rows = await connection.sql<{ name: string; kind: string; granted: boolean }[]>`
      select c.relname as name, c.relkind as kind, exists (
        select 1 from unnest(array['portal_read', 'portal_write']) as role,
          unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) as right_
        where has_table_privilege(role, c.oid, right_)) as granted
      from pg_class c
      where c.relnamespace = 'public'::regnamespace
        and (c.relispartition or c.relkind in ('v', 'm', 'f')) and c.relkind <> 'I' and c.relkind <> 'i'`;
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter(({ granted }) => granted)).toEqual([]);
  });

  test('leaves neither its person nor its role on a pooled connection, after success, refusal and failure', async ({
    databaseUrl,
  }) => {
    const pool = connect(databaseUrl, { max: 3 });
    const work = Array.from({ length: 60 }, (_, number) =>
      withSubject(pool.db, crypto.randomUUID(), roles[number % 2] ?? 'read', async (tx) => {
        if (number % 3 === 1) throw new Error('refused by a rule');
        await tx.execute(number % 3 === 2 ? sql`select 1 / 0` : sql`select 1 from account`);
      }),
    );
    const settled = await Promise.allSettled(work);
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(40);
    // Held open beside each other, so that each connection of the pool answers.
    const left = await Promise.all(
      [1, 2, 3].map(() =>
        pool.sql.begin(async (own) => {
          const [row] = await own<{ pid: number; role: string; subject: string; limit: string }[]>`
            select pg_backend_pid() as pid, current_user as role, pg_sleep(0.05)::text,
              coalesce(current_setting('app.subject', true), '') as subject,
              current_setting('statement_timeout') as limit`;
          return row;
        }),
      ),
    );
    await pool.close();
    expect(new Set(left.map((row) => row?.pid)).size).toBe(3);
    for (const row of left)
      expect(row).toMatchObject({ role: 'portal_system', subject: '', limit: '0' });
  });

  test('sees nobody without a person: neither of the two roles has a row to show', async ({
    connection,
  }) => {
    await twoFilled(connection);
    for (const role of ['portal_read', 'portal_write'])
      for (const { table, sqlName } of subjectTables) {
        const rows = await connection.db.transaction(async (tx) => {
          await tx.execute(sql`select set_config('role', ${role}, true)`);
          return tx.execute(sql`select 1 from ${table as PgTable}`);
        });
        expect([role, sqlName, rows.length]).toEqual([role, sqlName, 0]);
      }
  });
});
