import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Connection } from '../../db/connect.ts';
import { generateKeyring, parseKeyring } from '../crypto/keyring.ts';
import { createVault } from '../crypto/vault.ts';
import type { Deps } from '../deps.ts';
import { parseEnv } from '../env.ts';
import { fileStore } from '../requests/store-files.ts';

/** What a process has, over a test's database, with a clock the test can turn. */
export function testDeps(connection: Connection, overrides: Partial<Deps> = {}): Deps {
  const dir = mkdtempSync(join(process.env.TEST_FILES ?? tmpdir(), 'portal-files-'));
  return {
    env: parseEnv({ DATA_DIR: dir, PUBLIC_URL: 'http://localhost:3000', LOG_LEVEL: 'silent' }),
    connection,
    vault: createVault(parseKeyring(generateKeyring())),
    log: pino({ level: 'silent' }),
    exportStore: fileStore(dir),
    clock: () => new Date(),
    ...overrides,
  };
}
