import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { connect } from '../../db/connect.ts';
import { startEmbedded } from '../../db/embedded/index.ts';
import { migrate } from '../../db/migrate.ts';
import { ensurePartitions } from '../../db/partitions.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Rows may be up to 59 days old, whatever the day. */
    templateUrl: string;
    /** Rows may be as old as any retention period is long, and older. */
    yearsTemplateUrl: string;
  }
}

/** Each month costs every new connection a little; few tests need more than these. */
const RECENT = { first: -2, last: 1 };
/** Retention reaches back two years, tests a little further; the daily run makes three months ahead. */
const YEARS = { first: -26, last: 3 };

/** One cluster for the run, with its migrated templates; only what it made is removed. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'portal-test-'));
  // Whatever tests write goes with the run; their processes begin later and inherit it.
  process.env.TEST_FILES = join(dataDir, 'files');
  mkdirSync(process.env.TEST_FILES);
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
  project.provide('templateUrl', templateUrl);
  project.provide('yearsTemplateUrl', yearsTemplateUrl);
  return async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
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
