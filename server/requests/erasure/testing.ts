import pino from 'pino';
import type { Connection } from '../../../db/connect.ts';
import { generateKeyring, parseKeyring } from '../../crypto/keyring.ts';
import { createVault } from '../../crypto/vault.ts';
import type { Deps } from '../../deps.ts';
import { parseEnv } from '../../env.ts';
import { fileStore } from '../store-files.ts';

/** What an erasure needs, over a database and a folder of a test's own. */
export function erasureDeps({ connection, dir, now }: { connection: Connection; dir: string; now: Date }): Deps {
  return {
    connection,
    vault: createVault(parseKeyring(generateKeyring())),
    env: parseEnv({ NODE_ENV: 'test', DATABASE_URL: connection.url }),
    log: pino({ level: 'silent' }),
    exportStore: fileStore(dir),
    clock: () => now,
  };
}
