import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, connect } from '../../db/connect.ts';
import { startEmbedded } from '../../db/embedded/index.ts';
import { migrate } from '../../db/migrate.ts';
import { ensurePartitions } from '../../db/partitions.ts';

const MONTHS = { back: 26, ahead: 3 };

/** A migrated database on an embedded PostgreSQL that nobody else uses. */
export type World = {
  dataDir: string;
  url: string;
  /** As the portal connects. */
  connection: Connection;
  /** As the owner of the tables, whom no policy binds. */
  owner: Connection;
  stop(): Promise<void>;
};

/**
 * Starts a database for one run; it goes with the run, however that ends.
 * @param settings of the server, which it reads at its start
 * @param durable whether commits reach the disk, as in operation; what is only attacked needs it not
 */
export async function startWorld({
  durable = false,
  max = 10,
  settings = {},
}: {
  durable?: boolean;
  max?: number;
  settings?: Record<string, string>;
} = {}): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'portal-attack-'));
  let server = await startEmbedded({ dataDir, durable });
  if (Object.keys(settings).length > 0) {
    await server.stop();
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
    appendFileSync(join(dataDir, 'pg', 'postgresql.conf'), lines.join(''));
    server = await startEmbedded({ dataDir, durable });
  }
  await migrate(server.url);
  const connection = connect(server.url, { max });
  const owner = connect(server.url, { max: 2, role: null });
  const now = new Date();
  const month = (offset: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1));
  await ensurePartitions(owner.sql, { from: month(-MONTHS.back), to: month(MONTHS.ahead) });
  return {
    dataDir,
    url: server.url,
    connection,
    owner,
    async stop() {
      await Promise.all([connection.close(), owner.close()]);
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
