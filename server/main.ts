import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { pino } from 'pino';
import { grantAppLogin } from '../db/app-login.ts';
import { type Connection, connect } from '../db/connect.ts';
import { type EmbeddedPostgres, startEmbedded } from '../db/embedded/index.ts';
import { migrate } from '../db/migrate.ts';
import { ensureMonths } from '../db/partitions.ts';
import { createApp } from './app.ts';
import { adoptFactors } from './auth/adopt-factors.ts';
import { prepareDemo } from './demo.ts';
import type { Deps } from './deps.ts';
import { type Env, parseEnv, urlOf } from './env.ts';
import { explain } from './explain.ts';
import { createHealthApp } from './health.ts';
import { collectEarly, collectLate } from './heap.ts';
import { allJobs, scheduleAll } from './jobs/all.ts';
import { type Runner, startRunner } from './jobs/runner.ts';
import { endServers, listen } from './listen.ts';
import { makeDeps } from './make-deps.ts';
import { publishPolicy } from './policy/publish.ts';
import { createInternalApp } from './services/app.ts';
import { type RunningHolders, startReferenceHolders } from './services/reference-holders/start.ts';
import { publishHolders } from './services/tasks/holders.ts';

const DRAIN_MS = 10_000;
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** What a person reads on the terminal; logs go elsewhere in JSON. */
const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  collectEarly();
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

  for (const signal of SIGNALS) process.once(signal, endEarly);
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
  if (env.ROLE === 'migrate') {
    if (env.APP_DATABASE_URL) await grantAppLogin(url, env.APP_DATABASE_URL);
    await embedded?.stop();
    say('Done: the database has the schema of this version');
    return;
  }
  const connection = connect(url);
  opened.connection = connection;
  const deps = await makeDeps(env, connection, log);
  const { clock } = deps;
  await adoptFactors(deps);
  await ensureMonths(connection.sql, clock());
  await connection.db.transaction((tx) => publishPolicy(tx, clock()));
  const demo = await collectLate(() => prepareDemo(deps));
  await connection.db.transaction((tx) => publishHolders(tx));
  await connection.db.transaction((tx) => scheduleAll(tx, clock()));

  const servers = await listenAll(deps);
  const runner = env.ROLE === 'web' ? null : startRunner(deps, allJobs);
  const holders = env.DEMO && env.ROLE === 'all' ? startReferenceHolders(deps) : null;
  for (const line of demo) say(line);
  say(`Data lives in ${env.DATA_DIR}`);
  // Before anybody can hear that it is ready, and end it.
  stopOnSignal({ deps, servers, runner, holders, embedded });
  say(env.ROLE === 'worker' ? 'Ready: worker' : `Ready on ${env.PUBLIC_URL}`);
}

/**
 * The public listener, and the services' own: neither reaches the other's procedures. A worker says how
 * it is, and nothing else.
 */
async function listenAll(deps: Deps): Promise<Server[]> {
  const { ROLE, HOST, PORT, INTERNAL_HOST, INTERNAL_PORT } = deps.env;
  const keepAliveSeconds = deps.env.KEEP_ALIVE_SECONDS;
  const people = { host: HOST, port: PORT, keepAliveSeconds };
  if (ROLE === 'worker') return [await listen(createHealthApp(deps), people)];
  const servers = [await listen(createApp(deps), people)];
  const services = { host: INTERNAL_HOST, port: INTERNAL_PORT, keepAliveSeconds };
  servers.push(await listen(createInternalApp(deps), services));
  say(`Services call ${urlOf(INTERNAL_HOST, INTERNAL_PORT)}`);
  return servers;
}

/** First signal: finish what is under way, at most ten seconds. Second signal: now. */
function stopOnSignal({
  deps,
  servers,
  runner,
  holders,
  embedded,
}: {
  deps: Deps;
  servers: readonly Server[];
  runner: Runner | null;
  holders: RunningHolders | null;
  embedded: EmbeddedPostgres | null;
}): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    await Promise.race([
      Promise.all([
        endServers(servers, { lateMs: DRAIN_MS - 3_000 }),
        runner?.stop(),
        holders?.stop(),
      ]),
      after(DRAIN_MS - 2_000),
    ]);
    await deps.connection.close();
    await embedded?.stop();
    process.exit(0);
  };
  for (const signal of SIGNALS) {
    // In this order: a signal that comes while nobody listens to it is lost.
    process.on(signal, () => void stop());
    process.off(signal, endEarly);
  }
}

/** Before anything is served there is nothing to finish; the database server ends with the process. */
function endEarly(): void {
  process.exit(1);
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

main().catch((cause) => {
  process.stderr.write(`${explain(cause)}\n`);
  process.exit(1);
});
