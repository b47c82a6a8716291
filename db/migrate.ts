import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { driverSettings } from './array-types.ts';

/** Beside this file in the sources; seen from the built server and from its chunks. */
const DIRS = ['migrations', '../../db/migrations', '../../../db/migrations'].map((path) =>
  join(import.meta.dirname, path),
);
const LOCK = 7_203_114;
const INSUFFICIENT_PRIVILEGE = '42501';

type Migration = { name: string; text: string; hash: string };

/** Raised with one sentence when the database and the migrations of this version do not fit together. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

/**
 * Brings a database to this version's schema: forward only, each file in one transaction, under an
 * advisory lock so that two starting processes cannot race. Where nothing is missing, nothing is
 * written: only then is a login enough that does not own the database.
 * @throws {MigrationError} when an applied file was changed since, the database is newer, or it lacks
 *   something and `url` is not its owner's
 */
export async function migrate(url: string): Promise<void> {
  const sql = postgres(url, { ...driverSettings, max: 1, connection: { TimeZone: 'UTC' } });
  try {
    await sql`select pg_advisory_lock(${LOCK})`;
    const pending = await pendingMigrations(sql);
    if (pending.length === 0) return;
    await ownerOnly(
      pending,
      () => sql`create table if not exists migration (
      name text primary key, hash text not null, applied_at timestamptz not null default now())`,
    );
    for (const migration of pending) {
      await sql.begin(async (tx) => {
        await tx.unsafe(migration.text).simple();
        await tx`insert into migration (name, hash) values (${migration.name}, ${migration.hash})`;
      });
    }
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Only the owner may make tables; who may not is told what to run first. */
async function ownerOnly(
  pending: readonly Migration[],
  act: () => Promise<unknown>,
): Promise<void> {
  try {
    await act();
  } catch (cause) {
    if (!(cause instanceof postgres.PostgresError) || cause.code !== INSUFFICIENT_PRIVILEGE)
      throw cause;
    const names = pending.map(({ name }) => name).join(', ');
    throw new MigrationError(
      `The database lacks ${names}, and this login may not change it. Start the portal once with ROLE=migrate and the owner's DATABASE_URL.`,
    );
  }
}

/** Migrations of this version that the database has not seen. */
export async function pendingMigrations(sql: postgres.Sql): Promise<Migration[]> {
  const all = readMigrations();
  const [exists] = await sql`select to_regclass('migration') is not null as yes`;
  if (!exists?.['yes']) return all;
  const applied = await sql<{ name: string; hash: string }[]>`select name, hash from migration`;
  const known = new Map(all.map((migration) => [migration.name, migration]));
  for (const row of applied) {
    const migration = known.get(row.name);
    if (!migration)
      throw new MigrationError(`The database is newer than this version: it has ${row.name}.`);
    if (migration.hash !== row.hash)
      throw new MigrationError(`${row.name} was changed after it was applied.`);
  }
  const seen = new Set(applied.map((row) => row.name));
  return all.filter((migration) => !seen.has(migration.name));
}

function readMigrations(): Migration[] {
  const dir = DIRS.find((candidate) => existsSync(candidate));
  if (!dir) throw new MigrationError('The migrations are missing from this installation.');
  return readdirSync(dir)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(dir, name), 'utf8');
      return { name, text, hash: createHash('sha256').update(text).digest('hex') };
    });
}
