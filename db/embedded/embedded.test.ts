import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EmbeddedError, type EmbeddedPostgres, startEmbedded } from './index.ts';
import { postgresRunner } from './runner.ts';
import { launch, ready } from './server-process.ts';

let closed: string;
let dataDir: string;
let running: EmbeddedPostgres[] = [];

beforeEach(() => {
  closed = mkdtempSync(join(tmpdir(), 'embedded-'));
  chmodSync(closed, 0o700);
  dataDir = join(closed, 'data');
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  const location = join(dataDir, 'pg-location.json');
  if (existsSync(location))
    rmSync(JSON.parse(readFileSync(location, 'utf8')).base, { recursive: true, force: true });
  rmSync(closed, { recursive: true, force: true });
});

async function start(
  options: Partial<Parameters<typeof startEmbedded>[0]> = {},
): Promise<EmbeddedPostgres> {
  const server = await startEmbedded({ dataDir, ...options });
  running.push(server);
  return server;
}

async function query<T>(url: string, run: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await run(sql);
  } finally {
    await sql.end();
  }
}

test('rows stay over a restart, in a folder closed to others', async () => {
  const first = await start();
  await query(first.url, (sql) => sql`create table kept as select 1 as n`.execute());
  await first.stop();
  running = [];
  const second = await start();
  expect(await query(second.url, (sql) => sql`select n from kept`)).toEqual([{ n: 1 }]);
});

test('nothing committed is lost when the server is killed, nor when only the portal was', async () => {
  const first = await start();
  await query(first.url, (sql) => sql`create table kept as select 1 as n`.execute());
  const pid = Number(readFileSync(join(dataDir, 'pg', 'postmaster.pid'), 'utf8').split('\n')[0]);
  process.kill(pid, 'SIGKILL');
  await first.stop();
  running = [];
  const second = await start();
  expect(await query(second.url, (sql) => sql`select n from kept`)).toEqual([{ n: 1 }]);
  // As after `kill -9` of the portal: the lock is a dead process's and its server still runs.
  rmSync(join(dataDir, 'portal.lock'));
  const third = await start();
  expect(await query(third.url, (sql) => sql`select n from kept`)).toEqual([{ n: 1 }]);
});

test('the server ends with the process that began it, also where that did not stop it', async () => {
  const program = JSON.stringify(join(import.meta.dirname, 'index.ts'));
  const script = `
    import { startEmbedded } from ${program};
    await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, durable: false });
    process.exit(0);`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  expect(spawnSync(process.execPath, args, { stdio: 'inherit' }).status).toBe(0);
  const pidFile = join(dataDir, 'pg', 'postmaster.pid');
  await expect.poll(() => existsSync(pidFile), { timeout: 10_000 }).toBe(false);
});

test('a second portal on the same folder is refused with a sentence, one on another folder is not', async () => {
  await start();
  writeFileSync(
    join(dataDir, 'portal.lock'),
    JSON.stringify({ pid: process.ppid, startedAt: startOfParent() }),
  );
  await expect(startEmbedded({ dataDir })).rejects.toThrow(/Another portal \(process \d+\)/);
  const other = await startEmbedded({ dataDir: join(closed, 'other') });
  await other.stop();
});

function startOfParent(): string {
  const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

test('a damaged folder and one of another major version are refused and left as they are', async () => {
  mkdirSync(join(dataDir, 'pg'), { recursive: true });
  writeFileSync(join(dataDir, 'pg', 'note.txt'), 'mine');
  await expect(startEmbedded({ dataDir })).rejects.toThrow(/is damaged/);
  expect(readFileSync(join(dataDir, 'pg', 'note.txt'), 'utf8')).toBe('mine');
  mkdirSync(join(dataDir, 'pg', 'global'));
  writeFileSync(join(dataDir, 'pg', 'global', 'pg_control'), '');
  writeFileSync(join(dataDir, 'pg', 'PG_VERSION'), '12\n');
  await expect(startEmbedded({ dataDir })).rejects.toThrow(/PostgreSQL 12/);
  writeFileSync(join(dataDir, 'pg', 'PG_VERSION'), '18\n');
  await expect(startEmbedded({ dataDir })).rejects.toThrow(EmbeddedError);
});

test.runIf(process.getuid?.() === 0)(
  'as root without namespaces it runs as an ordinary user outside the closed path',
  async () => {
    const server = await start({ runAs: 'nobody' });
    expect(server.note).toMatch(/the database lies in/);
    const pid = Number(
      readFileSync(
        join(
          JSON.parse(readFileSync(join(dataDir, 'pg-location.json'), 'utf8')).base,
          'pg',
          'postmaster.pid',
        ),
        'utf8',
      ).split('\n')[0],
    );
    const owner = spawnSync('stat', ['-c', '%u', `/proc/${pid}`], {
      encoding: 'utf8',
    }).stdout.trim();
    expect(owner).toBe('65534');
  },
);

test('the server of a copied directory, faster at the same port, is not taken for its own', async () => {
  const first = await start({ durable: false });
  await first.stop();
  running = [];
  const copy = join(closed, 'copy');
  cpSync(dataDir, copy, { recursive: true });
  const faster = await start({ durable: false });
  const { port, password } = new URL(faster.url);
  const cluster = join(copy, 'pg');
  const logFile = join(copy, 'postgres.log');
  const runner = postgresRunner(copy);
  const child = launch({ runner, cluster, port: Number(port), durable: false, logFile });
  const url = `postgres://postgres:${password}@127.0.0.1:${port}`;
  await expect(ready({ child, url, cluster, logFile })).rejects.toThrow(/could not create any/);
});
