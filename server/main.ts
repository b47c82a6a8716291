import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { pino } from 'pino';
import { type Connection, connect } from '../db/connect.ts';
import { EmbeddedError, type EmbeddedPostgres, startEmbedded } from '../db/embedded/index.ts';
import { MigrationError, migrate } from '../db/migrate.ts';
import { ensureMonths } from '../db/partitions.ts';
import { createApp } from './app.ts';
import { DemoError, prepareDemo } from './demo.ts';
import type { Deps } from './deps.ts';
import { type Env, EnvError, parseEnv } from './env.ts';
import { draining } from './health.ts';
import { allJobs, scheduleAll } from './jobs/all.ts';
import { type Runner, startRunner } from './jobs/runner.ts';
import { makeDeps } from './make-deps.ts';
import { publishPolicy } from './policy/publish.ts';
import { publishHolders } from './services/tasks/holders.ts';

const DRAIN_MS = 10_000;

/** What a person reads on the terminal; logs go elsewhere in JSON. */
const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const env = parseEnv(process.env);
  mkdirSync(env.DATA_DIR, { recursive: true, mode: 0o700 });
  const log = pino({
    level: env.LOG_LEVEL,
    redact: [
      'req.headers.cookie',
      'req.headers.authorization',
      '*.password',
      '*.code',
      '*.token',
      '*.email',
    ],
    serializers: { err: safeError },
  });

  let embedded: EmbeddedPostgres | null = null;
  if (!env.DATABASE_URL) {
    embedded = await startEmbedded({ dataDir: env.DATA_DIR });
    if (embedded.note) say(embedded.note);
  }
  const url = env.DATABASE_URL ?? embedded?.url ?? '';
  const opened: { connection?: Connection } = {};
  try {
    await run({ env, log, url, embedded, opened });
  } catch (cause) {
    await opened.connection?.close();
    await embedded?.stop();
    throw cause;
  }
}

async function run({
  env,
  log,
  url,
  embedded,
  opened,
}: {
  env: Env;
  log: Deps['log'];
  url: string;
  embedded: EmbeddedPostgres | null;
  opened: { connection?: Connection };
}): Promise<void> {
  await migrate(url);
  const connection = connect(url);
  opened.connection = connection;
  const deps = await makeDeps(env, connection, log);
  const { clock } = deps;
  await ensureMonths(connection.sql, clock());
  await connection.db.transaction((tx) => publishPolicy(tx, clock()));
  const demo = await prepareDemo(deps);
  await connection.db.transaction((tx) => publishHolders(tx));
  await connection.db.transaction((tx) => scheduleAll(tx, clock()));

  const server = env.ROLE === 'worker' ? null : await listen(deps);
  const runner = env.ROLE === 'web' ? null : startRunner(deps, allJobs);
  for (const line of demo) say(line);
  say(`Data lives in ${env.DATA_DIR}`);
  say(server ? `Ready on ${env.PUBLIC_URL}` : 'Ready: worker');
  stopOnSignal({ deps, server, runner, embedded });
}

async function listen(deps: Deps): Promise<Server> {
  const server = createServer({ maxHeaderSize: 16_384 }, createApp(deps));
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 5_000;
  server.maxHeadersCount = 100;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(deps.env.PORT, deps.env.HOST, resolve);
  });
  return server;
}

/** First signal: finish what is under way, at most ten seconds. Second signal: now. */
function stopOnSignal({
  deps,
  server,
  runner,
  embedded,
}: {
  deps: Deps;
  server: Server | null;
  runner: Runner | null;
  embedded: EmbeddedPostgres | null;
}): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    draining.now = true;
    const late = setTimeout(() => server?.closeAllConnections(), DRAIN_MS - 3_000);
    late.unref();
    const closed = new Promise<void>((resolve) =>
      server ? server.close(() => resolve()) : resolve(),
    );
    server?.closeIdleConnections();
    await Promise.race([Promise.all([closed, runner?.stop()]), after(DRAIN_MS - 2_000)]);
    await deps.connection.close();
    await embedded?.stop();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

/** A driver's error holds SQL and the values in it; the log gets what tells without telling. */
function safeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: 'unknown' };
  const code = 'code' in error ? error.code : undefined;
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 8);
  return {
    name: error.name,
    code,
    frames,
    cause: error.cause ? safeError(error.cause) : undefined,
  };
}

/** Vault and directory problems are said in one sentence; anything unexpected keeps its stack. */
function explain(cause: unknown): string {
  if (cause instanceof EnvError) return `The environment needs attention:\n${cause.message}`;
  if (
    cause instanceof EmbeddedError ||
    cause instanceof MigrationError ||
    cause instanceof DemoError
  )
    return cause.message;
  if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') {
    return 'The port is taken. Set PORT to another one, or stop what uses it.';
  }
  if (cause instanceof Error && /^The (encryption keys|client)/.test(cause.message))
    return cause.message;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

main().catch((cause) => {
  process.stderr.write(`${explain(cause)}\n`);
  process.exit(1);
});
