import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { Connection } from '../db/connect.ts';
import { seedWorld } from '../db/seed/world.ts';
import type { Deps } from './deps.ts';
import { fillReferenceHolders } from './services/reference-holders/fill.ts';

const SEED_LOCK = 7_203_116;

type DemoFile = Awaited<ReturnType<typeof seedWorld>>;

/** The demo cannot be made here; one sentence says why. */
export class DemoError extends Error {
  override name = 'DemoError';
}

/**
 * Seeds the demo world into an empty database and says how to sign in. In production it refuses a
 * database that was seeded as a demo.
 * @returns lines for the terminal; none unless only this machine can connect
 */
export async function prepareDemo(deps: Deps): Promise<string[]> {
  const { env, connection } = deps;
  const path = join(env.DATA_DIR, 'demo.json');
  if (env.NODE_ENV === 'production' && (await stateOf(connection)).demo) {
    throw new Error(
      'The encryption keys and this database belong to a demo. Production refuses it.',
    );
  }
  if (!env.DEMO) return [];
  await oneAtATime(connection, async () => {
    const { people, demo } = await stateOf(connection);
    if (people && !demo) {
      throw new DemoError(
        `DEMO fills an empty database, and this one has people in it but is no demo. If a first start was interrupted, remove ${env.DATA_DIR} and start again; otherwise set DEMO=0.`,
      );
    }
    if (!people) await seed(deps, path);
  });
  if (!env.SHOW_DEMO || !existsSync(path)) return [];
  const demo: DemoFile = JSON.parse(readFileSync(path, 'utf8'));
  const rows = Object.entries(demo.personas).map(
    ([key, person]) => `  ${key.padEnd(20)} ${person.email.padEnd(36)} ${person.password}`,
  );
  return [
    'Demo sign-ins (codes: npm run admin -- demo-code <e-mail>; recovery codes in demo.json):',
    ...rows,
    `Outbox: ${env.PUBLIC_URL}/outbox`,
    `Secrets of the demo: ${path}`,
  ];
}

async function seed({ env, connection, vault, clock }: Deps, path: string): Promise<void> {
  const demo = await seedWorld({ connection, vault, now: clock() });
  await fillReferenceHolders({ db: connection.db, vault, dataDir: env.DATA_DIR });
  writeFileSync(path, JSON.stringify(demo, null, 2), { mode: 0o600 });
  await connection.sql`insert into demo_seed (seeded_at) values (${clock().toISOString()})`;
}

async function stateOf({ db }: Connection): Promise<{ people: boolean; demo: boolean }> {
  const [state] = await db.execute<{ people: boolean; demo: boolean }>(
    sql`select exists (select 1 from account) as people, exists (select 1 from demo_seed) as demo`,
  );
  return { people: state?.people ?? false, demo: state?.demo ?? false };
}

/** Of several processes that start on one empty database, one seeds it, and the others find it seeded. */
async function oneAtATime(connection: Connection, act: () => Promise<void>): Promise<void> {
  const held = await connection.sql.reserve();
  try {
    await held`select pg_advisory_lock(${SEED_LOCK})`;
    await act();
  } finally {
    await held`select pg_advisory_unlock(${SEED_LOCK})`;
    held.release();
  }
}
