import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { seedWorld } from '../db/seed/world.ts';
import type { Deps } from './deps.ts';
import { fillReferenceHolders } from './services/reference-holders/fill.ts';

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
  const { env, connection, clock } = deps;
  const path = join(env.DATA_DIR, 'demo.json');
  const [state] = await connection.db.execute<{ people: boolean; demo: boolean }>(
    sql`select exists (select 1 from account) as people, exists (select 1 from demo_seed) as demo`,
  );
  if (env.NODE_ENV === 'production' && state?.demo) {
    throw new Error(
      'The encryption keys and this database belong to a demo. Production refuses it.',
    );
  }
  if (!env.DEMO) return [];
  if (state?.people && !state.demo) {
    throw new DemoError(
      `DEMO fills an empty database, and this one has people in it but is no demo. If a first start was interrupted, remove ${env.DATA_DIR} and start again; otherwise set DEMO=0.`,
    );
  }
  if (!state?.people) {
    const { vault } = deps;
    const demo = await seedWorld({ connection, vault, now: clock() });
    await fillReferenceHolders({ db: connection.db, vault, dataDir: env.DATA_DIR });
    writeFileSync(path, JSON.stringify(demo, null, 2), { mode: 0o600 });
    await connection.sql`insert into demo_seed (seeded_at) values (${clock().toISOString()})`;
  }
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
