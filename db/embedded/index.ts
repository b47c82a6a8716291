import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { POSTGRES_MAJOR } from './binaries.ts';
import { EmbeddedError } from './errors.ts';
import { isLocked, lockDirectory, startOf } from './lock.ts';
import { type PostgresRunner, postgresRunner, type RunAs } from './runner.ts';
import { DATABASE, end, launch, POLL_MS, ready, STOP_MS } from './server-process.ts';

export { EmbeddedError } from './errors.ts';

export type EmbeddedPostgres = {
  url: string;
  /** Something the person should know about where data lies, or null. */
  note: string | null;
  /** Fast shutdown; resolves when the server has ended. */
  stop(): Promise<void>;
};

/**
 * Starts the PostgreSQL that npm ships on the cluster of a data directory, made on first use. A server
 * left behind by a killed portal is shut down in order first, so that nothing committed is lost.
 * `durable: false` is for tests only.
 * @throws {EmbeddedError} one sentence; nothing is deleted
 */
export async function startEmbedded({
  dataDir,
  durable = true,
  runAs = 'auto',
}: {
  dataDir: string;
  durable?: boolean;
  runAs?: RunAs;
}): Promise<EmbeddedPostgres> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDirectory(dataDir);
  try {
    const runner = postgresRunner(dataDir, runAs);
    const cluster = join(runner.base, 'pg');
    const password = passwordOf(dataDir);
    await stopLeftover(cluster);
    if (!existsSync(cluster)) initialise({ runner, cluster, password, durable });
    checkCluster(cluster);
    const port = await portOf(dataDir);
    const logFile = join(dataDir, 'postgres.log');
    const child = launch({ runner, cluster, port, durable, logFile });
    // However this process ends that can still say so: the server does not go on without it.
    const leave = () => child.kill('SIGINT');
    process.once('exit', leave);
    child.once('exit', () => process.off('exit', leave));
    const url = `postgres://postgres:${password}@127.0.0.1:${port}`;
    await ready({ child, url, cluster, logFile });
    return {
      url: `${url}/${DATABASE}`,
      note: runner.note,
      async stop() {
        await end(child);
        lock.release();
      },
    };
  } catch (cause) {
    lock.release();
    throw cause;
  }
}

/** The database of a portal that runs on this directory now, or null when none does. */
export function runningUrl(dataDir: string): string | null {
  const [portFile, passwordFile] = [join(dataDir, 'pg-port'), join(dataDir, 'pg-password')];
  if (!isLocked(dataDir) || !existsSync(portFile) || !existsSync(passwordFile)) return null;
  return `postgres://postgres:${readFileSync(passwordFile, 'utf8').trim()}@127.0.0.1:${readFileSync(portFile, 'utf8').trim()}/${DATABASE}`;
}

function passwordOf(dataDir: string): string {
  const path = join(dataDir, 'pg-password');
  if (!existsSync(path))
    writeFileSync(path, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' });
  return readFileSync(path, 'utf8').trim();
}

/** Made beside its place and moved there when complete: an interrupted first start leaves no half cluster. */
function initialise({
  runner,
  cluster,
  password,
  durable,
}: {
  runner: PostgresRunner;
  cluster: string;
  password: string;
  durable: boolean;
}): void {
  const fresh = `${cluster}.new`;
  const passwordFile = join(runner.base, 'initial-password');
  rmSync(fresh, { recursive: true, force: true });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (runner.uid !== null) chownSync(passwordFile, runner.uid, runner.uid);
  const args = [
    '-D',
    fresh,
    '-U',
    'postgres',
    `--pwfile=${passwordFile}`,
    '-A',
    'scram-sha-256',
    '-E',
    'UTF8',
    '--locale=C',
    ...(durable ? [] : ['--no-sync']),
  ];
  const [command, ...rest] = [...runner.prefix, join(runner.native, 'bin', 'initdb'), ...args];
  const made = spawnSync(command ?? '', rest, {
    encoding: 'utf8',
    cwd: runner.base,
    ...(runner.uid === null ? {} : { uid: runner.uid, gid: runner.uid }),
  });
  rmSync(passwordFile, { force: true });
  if (made.status !== 0) {
    const reason = (made.stderr || made.error?.message || '').trim().split('\n').at(-1);
    throw new EmbeddedError(`The database could not be set up in ${runner.base}: ${reason}`);
  }
  renameSync(fresh, cluster);
}

function checkCluster(cluster: string): void {
  const versionFile = join(cluster, 'PG_VERSION');
  if (!existsSync(versionFile) || !existsSync(join(cluster, 'global', 'pg_control'))) {
    const size = readdirSync(cluster).length;
    throw new EmbeddedError(
      `${cluster} is damaged: it is not a complete PostgreSQL cluster (${size} entries). Restore it from a backup, or set DATA_DIR to another folder. Nothing was changed.`,
    );
  }
  const major = readFileSync(versionFile, 'utf8').trim();
  if (major !== POSTGRES_MAJOR) {
    throw new EmbeddedError(
      `${cluster} was made by PostgreSQL ${major}; this portal brings ${POSTGRES_MAJOR}. Move the data with pg_dump, or set DATABASE_URL.`,
    );
  }
}

/** A server of this cluster whose portal was killed: shut down in order. */
async function stopLeftover(cluster: string): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const [pidLine = '', directory = ''] = readFileSync(pidFile, 'utf8').split('\n');
  const pid = Number(pidLine);
  if (!Number.isInteger(pid) || pid <= 1 || directory !== cluster || !isPostgres(pid)) return;
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const deadline = Date.now() + STOP_MS;
    while (Date.now() < deadline) {
      if (startOf(pid) === null) return;
      await wait(POLL_MS);
    }
  }
  throw new EmbeddedError(
    `A PostgreSQL server (process ${pid}) still uses ${cluster} and does not stop.`,
  );
}

/** Whether the process is a PostgreSQL server; where nobody can tell, the pid file is believed. */
function isPostgres(pid: number): boolean {
  if (startOf(pid) === null) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return process.platform !== 'linux';
  }
}

/** The port of last time if it is free, else another. */
async function portOf(dataDir: string): Promise<number> {
  const path = join(dataDir, 'pg-port');
  const last = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
  const port =
    (await freePort(Number.isInteger(last) && last > 0 && last < 65_536 ? last : 0)) ??
    (await freePort(0));
  if (!port) throw new EmbeddedError('No port is free on 127.0.0.1.');
  writeFileSync(path, String(port), { mode: 0o600 });
  return port;
}

function freePort(wanted: number): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(null));
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(address && typeof address === 'object' ? address.port : null));
    });
  });
}
