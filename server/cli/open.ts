import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { connect } from '../../db/connect.ts';
import { runningUrl, startEmbedded } from '../../db/embedded/index.ts';
import { migrate } from '../../db/migrate.ts';
import type { Deps } from '../deps.ts';
import { parseEnv } from '../env.ts';
import { makeDeps } from '../make-deps.ts';

/**
 * What an operator's command works with: the database of the running portal, or, when none runs, the
 * same one started for the length of the command.
 */
export async function openForCommand(): Promise<{ deps: Deps; close(): Promise<void> }> {
  const env = parseEnv(process.env);
  const known = env.DATABASE_URL ?? runningUrl(env.DATA_DIR);
  const embedded = known ? null : await startEmbedded({ dataDir: env.DATA_DIR });
  const url = known ?? embedded?.url ?? '';
  if (embedded) await migrate(url);
  const connection = connect(url, { max: 4 });
  const close = async () => {
    await connection.close();
    await embedded?.stop();
  };
  try {
    return { deps: await makeDeps(env, connection, pino({ level: 'silent' })), close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** The demo's secrets, or null where no demo was seeded. */
export function readDemo(
  dataDir: string,
): { personas: Record<string, { email: string; totpSecret: string | null }> } | null {
  const path = join(dataDir, 'demo.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}
