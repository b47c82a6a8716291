import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { connect } from '../../db/connect.ts';
import { runningUrl, startEmbedded } from '../../db/embedded/index.ts';
import { migrate } from '../../db/migrate.ts';
import { keyringOfDirectory, parseKeyring } from '../crypto/keyring.ts';
import { createVault } from '../crypto/vault.ts';
import type { Deps } from '../deps.ts';
import { parseEnv } from '../env.ts';
import { fileStore } from '../requests/store-files.ts';

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
  const vault = createVault(
    env.ENCRYPTION_KEYS
      ? parseKeyring(env.ENCRYPTION_KEYS)
      : keyringOfDirectory(join(env.DATA_DIR, 'keys.json')),
  );
  const close = async () => {
    await connection.close();
    await embedded?.stop();
  };
  try {
    await vault.checkKeys(connection.db, new Date());
  } catch (cause) {
    await close();
    throw cause;
  }
  const deps: Deps = {
    env,
    connection,
    vault,
    log: pino({ level: 'silent' }),
    clock: () => new Date(),
    exportStore: fileStore(env.EXPORT_STORE ?? join(env.DATA_DIR, 'exports')),
  };
  return { deps, close };
}

/** The demo's secrets, or null where no demo was seeded. */
export function readDemo(
  dataDir: string,
): { personas: Record<string, { email: string; totpSecret: string | null }> } | null {
  const path = join(dataDir, 'demo.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}
