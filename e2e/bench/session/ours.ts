import { pino } from 'pino';
import { connect, withSubject } from '../../../db/connect.ts';
import { createApp } from '../../../server/app.ts';
import { recordAudit } from '../../../server/audit/record.ts';
import { parseKeyring } from '../../../server/crypto/keyring.ts';
import { createVault } from '../../../server/crypto/vault.ts';
import { parseEnv } from '../../../server/env.ts';
import { fileStore } from '../../../server/requests/store-files.ts';
import { router } from '../../../server/trpc/init.ts';
import { nothing } from '../../../server/trpc/input.ts';
import { subjectProcedure } from '../../../server/trpc/ladder.ts';
import { readSettings } from './read.ts';

/** One procedure on the portal's own ladder: who is it, what may they read, and that they read it. */
const measured = router({
  settings: subjectProcedure({ purpose: 'operate_account', audit: 'act' })
    .input(nothing)
    .query(({ ctx }) => {
      const { deps, subjectId, actor, requestId, now } = ctx;
      return withSubject(deps.connection.db, subjectId, 'read', async (tx) => {
        const [settings] = await Promise.all([
          readSettings(tx, subjectId),
          recordAudit(tx, deps.vault, {
            action: 'data.viewed',
            actor,
            subjectId,
            purpose: 'operate_account',
            sections: ['account'],
            requestId,
            now,
          }),
        ]);
        return settings;
      });
    }),
});

/** The portal as it is, over that one procedure. */
export function ourServer({
  databaseUrl,
  keyring,
  publicUrl,
  dataDir,
}: {
  databaseUrl: string;
  keyring: string;
  publicUrl: string;
  dataDir: string;
}) {
  const deps = {
    env: parseEnv({ DATA_DIR: dataDir, PUBLIC_URL: publicUrl, LOG_LEVEL: 'warn' }),
    connection: connect(databaseUrl),
    vault: createVault(parseKeyring(keyring)),
    log: pino({ level: 'warn' }),
    exportStore: fileStore(dataDir),
    clock: () => new Date(),
  };
  return createApp(deps, (_req, res) => res.status(404).end(), measured);
}
