import { mkdtempSync, rmSync } from 'node:fs';
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
    templateUrl: string;
  }
}

/** Retention reaches back two years; tests reach a little further. */
const MONTHS_BACK = 26;

/** One cluster for the run, with a migrated template; only what it made is removed. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'portal-test-'));
  const server = await startEmbedded({ dataDir, durable: false });
  const templateUrl = server.url.replace(/\/portal$/, '/template_portal');
  const admin = postgres(server.url, { max: 1 });
  await admin.unsafe('create database template_portal');
  await admin.end();
  await migrate(templateUrl);
  const template = connect(templateUrl, { max: 1 });
  const now = new Date();
  const month = (offset: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1));
  await ensurePartitions(template.sql, { from: month(-MONTHS_BACK), to: month(1) });
  await template.close();
  project.provide('templateUrl', templateUrl);
  return async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
