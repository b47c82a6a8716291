import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { connect } from '../../db/connect.ts';
import { startEmbedded } from '../../db/embedded/index.ts';
import { migrate } from '../../db/migrate.ts';
import { ensurePartitions } from '../../db/partitions.ts';

/** Each month costs every new connection a little; few tests need more than these. */
const RECENT = { first: -2, last: 1 };
/** Retention reaches back two years, tests a little further; the daily run makes three months ahead. */
const YEARS = { first: -26, last: 3 };

export type Templates = {
  /** Rows may be up to 59 days old, whatever the day. */
  templateUrl: string;
  /** Rows may be as old as any retention period is long, and older. */
  yearsTemplateUrl: string;
  /** Whatever tests write goes with the run. */
  filesDir: string;
  stop(): Promise<void>;
};

/** A cluster of its own with the migrated templates; only what it made is removed. */
export async function startTemplates(): Promise<Templates> {
  const dataDir = mkdtempSync(join(tmpdir(), 'portal-test-'));
  const filesDir = join(dataDir, 'files');
  mkdirSync(filesDir);
  const server = await startEmbedded({ dataDir, durable: false });
  const [templateUrl, yearsTemplateUrl] = ['template_recent', 'template_years'].map(
    (name) => new URL(`/${name}`, server.url).href,
  ) as [string, string];
  const admin = postgres(server.url, { max: 1 });
  await admin`create database template_recent`;
  await migrate(templateUrl);
  await ensureMonths(templateUrl, RECENT);
  await admin`create database template_years template template_recent`;
  await ensureMonths(yearsTemplateUrl, YEARS);
  await admin.end();
  const stop = async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { templateUrl, yearsTemplateUrl, filesDir, stop };
}

/** Makes the partitions of the months between two, counted from this one. */
async function ensureMonths(
  url: string,
  { first, last }: { first: number; last: number },
): Promise<void> {
  const now = new Date();
  const month = (offset: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1));
  const { sql, close } = connect(url, { max: 1 });
  await ensurePartitions(sql, { from: month(first), to: month(last) });
  await close();
}
