import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Connection } from '../db/connect.ts';
import { keyringOfDirectory, parseKeyring } from './crypto/keyring.ts';
import { rereadKeys } from './crypto/keys-file.ts';
import { createVault } from './crypto/vault.ts';
import type { Deps } from './deps.ts';
import type { Env } from './env.ts';
import { fileStore } from './requests/store-files.ts';

/**
 * What a process has, from its environment, once its database is open.
 * @throws {Error} one sentence, when the keys are not those this database was sealed with
 */
export async function makeDeps(env: Env, connection: Connection, log: Logger): Promise<Deps> {
  const clock = () => new Date();
  const { ENCRYPTION_KEYS: given, KEYS_FILE: path } = env;
  const keyring = given
    ? parseKeyring(given)
    : keyringOfDirectory(path ?? join(env.DATA_DIR, 'keys.json'));
  const vault = createVault(keyring, path ? rereadKeys(path) : undefined);
  await vault.checkKeys(connection.db, clock());
  const exportStore = fileStore(env.EXPORT_STORE ?? join(env.DATA_DIR, 'exports'));
  return { env, connection, vault, log, clock, exportStore };
}
