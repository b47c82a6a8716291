import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { grantAppLogin } from './app-login.ts';
import { connect } from './connect.ts';
import { type EmbeddedPostgres, startEmbedded } from './embedded/index.ts';
import { MigrationError, migrate } from './migrate.ts';
import { ensureMonths } from './partitions.ts';

/** As a managed PostgreSQL is handed over: an owner of one database who may make roles, no superuser. */
let dataDir: string;
let server: EmbeddedPostgres;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'app-login-'));
  server = await startEmbedded({ dataDir, durable: false });
  await asked(server.url, "create role keeper login createrole password 'of the keeper'");
  await asked(server.url, 'create database managed owner keeper');
});

afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function urlFor(login: string, password: string): string {
  const url = new URL('/managed', server.url);
  url.username = login;
  url.password = encodeURIComponent(password);
  return url.href;
}

const keeper = () => urlFor('keeper', 'of the keeper');

async function asked(url: string, statement: string): Promise<postgres.Row[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

test('a login that owns nothing is told to migrate first, and no table is made', async () => {
  await asked(server.url, "create role stranger login password 'pw'");
  const early = migrate(urlFor('stranger', 'pw'));
  await expect(early).rejects.toThrow(MigrationError);
  await expect(early).rejects.toThrow(/lacks 0001_tables\.sql.*ROLE=migrate/);
  expect(await asked(keeper(), "select 1 from pg_tables where schemaname = 'public'")).toHaveLength(
    0,
  );
});

test('an owner who is no superuser migrates, and makes a login that serves and can do no more', async () => {
  await migrate(keeper());
  const app = urlFor('portal_app', "it's a %pass word");
  await grantAppLogin(keeper(), app);

  // What a start does, as the login that serves: nothing is missing, so nothing needs an owner.
  await migrate(app);
  const { sql, close } = connect(app, { max: 1 });
  await ensureMonths(sql, new Date());
  expect((await sql`select current_user as role, session_user as login`)[0]).toEqual({
    role: 'portal_system',
    login: 'portal_app',
  });
  await close();

  for (const deed of [
    'alter table account disable row level security',
    'drop policy own_rows on account',
    'drop table erasure_receipt',
    "update migration set hash = ''",
    'create table own_table (n int)',
    'set role keeper',
    'alter role portal_app superuser',
    "update audit_event set action = 'signed_in'",
    'delete from audit_event',
  ])
    for (const role of ['none', 'portal_read', 'portal_write'])
      await expect(asked(app, `set role ${role}; ${deed}`), deed).rejects.toThrow(
        /permission denied|must be owner/,
      );
});

test('a changed password is taken over, and the old one opens nothing', async () => {
  const [before, after] = ['before', 'after'].map((password) => urlFor('portal_app', password));
  await grantAppLogin(keeper(), before ?? '');
  await asked(before ?? '', 'select 1');
  await grantAppLogin(keeper(), after ?? '');
  await asked(after ?? '', 'select 1');
  await expect(asked(before ?? '', 'select 1')).rejects.toThrow(/password authentication failed/);
});

test('the owner, or a superuser, is refused as the login that serves and keeps the password', async () => {
  const { username, password } = new URL(server.url);
  for (const above of [urlFor('keeper', 'another'), urlFor(username, 'another')])
    await expect(grantAppLogin(urlFor(username, password), above)).rejects.toThrow(
      /a login of their own/,
    );
  await asked(keeper(), 'select 1');
  await asked(server.url, 'select 1');
});
