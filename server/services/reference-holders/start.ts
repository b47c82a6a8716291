import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SeedHolderId, seedHolders } from '../../../db/seed/personas.ts';
import type { Deps } from '../../deps.ts';
import { urlOf } from '../../env.ts';
import { smallProcess } from '../../heap.ts';

/** Beside the built server, and seen from its chunks. */
const SCRIPTS = ['holder.js', '../holder.js'].map((path) => join(import.meta.dirname, path));
const RESTART_MS = 1_000;
const RESTART_MAX_MS = 30_000;
/** One that has run so long did not die of how it was started. */
const STEADY_MS = 60_000;

export type RunningHolders = { stop(): Promise<void> };

/**
 * Starts the demo's holders as processes of their own and starts each again when it dies. They get what
 * a holder needs and nothing of the portal's: no database, no keys but their own.
 *
 * @param script of a holder; the built one unless a test has another
 */
export function startReferenceHolders(
  deps: Pick<Deps, 'env' | 'log'>,
  { script = SCRIPTS.find((path) => existsSync(path)) }: { script?: string | undefined } = {},
): RunningHolders {
  if (!script) throw new Error('The reference holders are missing from this installation.');
  const started = connected(deps.env.DATA_DIR).map((id) => keepRunning(deps, { id, script }));
  return {
    async stop() {
      await Promise.all(started.map((stop) => stop()));
    },
  };
}

/** Holders that this demo was seeded with. */
function connected(dataDir: string): SeedHolderId[] {
  const path = join(dataDir, 'demo.json');
  if (!existsSync(path)) return [];
  const { services = {} }: { services?: Record<string, unknown> } = JSON.parse(
    readFileSync(path, 'utf8'),
  );
  return seedHolders.filter((id) => services[id] !== undefined);
}

function keepRunning(
  { env, log }: Pick<Deps, 'env' | 'log'>,
  { id, script }: { id: SeedHolderId; script: string },
): () => Promise<void> {
  let stopped = false;
  let child: ChildProcess;
  let restart: NodeJS.Timeout | undefined;
  let deaths = 0;

  function start(): void {
    const since = performance.now();
    child = fork(script, [], {
      execArgv: [...process.execArgv, ...smallProcess],
      env: {
        HOLDER: id,
        DATA_DIR: env.DATA_DIR,
        PORTAL_URL: urlOf(env.INTERNAL_HOST, env.INTERNAL_PORT),
        NODE_ENV: env.NODE_ENV,
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.stderr?.on('data', (chunk: Buffer) => log.warn({ holder: id }, chunk.toString().trim()));
    child.once('error', (cause) => log.error({ err: cause, holder: id }, 'a holder did not start'));
    child.once('exit', (code, signal) => {
      if (stopped) return;
      deaths = performance.now() - since > STEADY_MS ? 1 : deaths + 1;
      log.error({ holder: id, code, signal }, 'a holder died; it is started again');
      const wait = Math.min(RESTART_MS * 2 ** (deaths - 1), RESTART_MAX_MS);
      restart = setTimeout(start, wait);
    });
  }

  start();
  return async () => {
    stopped = true;
    clearTimeout(restart);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 2_000);
    await gone;
    clearTimeout(late);
  };
}
