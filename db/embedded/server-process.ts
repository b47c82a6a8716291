import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import postgres from 'postgres';
import { driverSettings } from '../array-types.ts';
import { EmbeddedError } from './errors.ts';
import type { PostgresRunner } from './runner.ts';

/** The database of the portal in its cluster. */
export const DATABASE = 'portal';
export const STOP_MS = 8_000;
export const POLL_MS = 40;
const START_MS = 30_000;
/** For a cluster that nobody needs after the run: nothing is kept safe, and nothing goes on by itself. */
const forgetful = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'autovacuum=off',
];

/** Starts the server on a cluster; `ready` says when it can be used. */
export function launch({
  runner,
  cluster,
  port,
  durable,
  logFile,
}: {
  runner: PostgresRunner;
  cluster: string;
  port: number;
  durable: boolean;
  logFile: string;
}): ChildProcess {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'timezone=UTC',
    'log_timezone=UTC',
    'max_connections=80',
    'shared_buffers=128MB',
    'log_min_messages=warning',
    // Statements and their values are not for a log.
    'log_min_error_statement=panic',
    'log_error_verbosity=terse',
    ...(durable ? [] : forgetful),
  ];
  const program = [
    ...runner.prefix,
    join(runner.native, 'bin', 'postgres'),
    '-D',
    cluster,
    '-p',
    String(port),
  ];
  const [command = '', ...args] = [...program, ...settings.flatMap((setting) => ['-c', setting])];
  const log = openSync(logFile, 'a', 0o600);
  // A group of its own: an interrupt from the keyboard reaches the portal, which then stops the server.
  return spawn(command, args, {
    cwd: runner.base,
    detached: true,
    stdio: ['ignore', log, log],
    ...(runner.uid === null ? {} : { uid: runner.uid, gid: runner.uid }),
  });
}

/**
 * Resolves once the server that was started answers, with its database made. Whoever answers at the port
 * is asked for its cluster: a copy of this data directory has the same port and password, and a server
 * of it that was a moment faster must not be taken for ours.
 * @throws {EmbeddedError} what the server said when it did not start
 */
export async function ready({
  child,
  url,
  cluster,
  logFile,
}: {
  child: ChildProcess;
  url: string;
  cluster: string;
  logFile: string;
}): Promise<void> {
  const deadline = Date.now() + START_MS;
  const sql = postgres(`${url}/postgres`, { ...driverSettings, max: 1, connect_timeout: 5 });
  try {
    while (Date.now() < deadline) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new EmbeddedError(startFailure(logFile));
      try {
        const [row] = await sql<{ at: string; made: boolean }[]>`
          select current_setting('data_directory') as at,
            exists (select 1 from pg_database where datname = ${DATABASE}) as made`;
        if (row && isSame(row.at, cluster)) {
          if (!row.made) await sql.unsafe(`create database ${DATABASE}`);
          return;
        }
        await wait(POLL_MS);
      } catch (cause) {
        const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
        // 57P03: the server is still starting up.
        if (!/^(ECONN|CONNECT|CONNECTION_|57P03)/.test(code)) {
          throw new EmbeddedError(
            `The database server answered with an error (${code}). See ${logFile}.`,
          );
        }
        await wait(POLL_MS);
      }
    }
    throw new EmbeddedError(`The database server did not become ready. See ${logFile}.`);
  } catch (cause) {
    await end(child);
    throw cause;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function startFailure(logFile: string): string {
  const lines = existsSync(logFile) ? readFileSync(logFile, 'utf8').trim().split('\n') : [];
  const said =
    lines.slice(-12).find((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? 'no reason given';
  return `The database server did not start: ${said.replace(/^.*?(FATAL|PANIC):\s*/, '')} (see ${logFile})`;
}

function isSame(folder: string, other: string): boolean {
  return existsSync(folder) && realpathSync(folder) === realpathSync(other);
}

/** Fast shutdown; resolves when the server has ended. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGINT');
  const late = setTimeout(() => child.kill('SIGQUIT'), STOP_MS);
  await gone;
  clearTimeout(late);
}
