// A portal of its own for the browser tests: fresh data, free ports, ended with the run.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');
const READY_MS = 120_000;

/**
 * Starts the built portal; resolves when it says Ready.
 *
 * @param onSpawn told of the process at once
 */
export async function startPortal({ dataDir: given, port, env = {}, onSpawn = () => {} } = {}) {
  const dataDir = given ?? mkdtempSync(join(tmpdir(), 'portal-e2e-'));
  const usedPort = port ?? (await freePort());
  const url = `http://localhost:${usedPort}`;
  const settings = {
    DATA_DIR: dataDir,
    PORT: String(usedPort),
    INTERNAL_PORT: String(await freePort()),
    HOST: '127.0.0.1',
    LOG_LEVEL: 'error',
    ...env,
  };
  const child = spawn(process.execPath, [join(root, 'dist/server/main.js')], {
    cwd: root,
    env: { ...withoutOurs(process.env), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onSpawn(child);
  let output = '';
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const ready = new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`the portal was not ready in time\n${output}`)),
      READY_MS,
    );
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`the portal ended with ${code}\n${output}`));
    });
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (!output.includes('Ready')) return;
      clearTimeout(late);
      resolve();
    });
  });
  try {
    await ready;
  } catch (cause) {
    child.kill('SIGKILL');
    if (!given) rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
    throw cause;
  }
  return {
    url,
    dataDir,
    child,
    port: usedPort,
    settings,
    output: () => output,
    async stop({ keep = false } = {}) {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        await gone;
      }
      if (!keep) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A port that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Settings of whoever runs the tests must not reach the portal under test. */
function withoutOurs(env) {
  const ours =
    /^(DATABASE_URL|PUBLIC_URL|CONSOLE_URL|SMTP_URL|ENCRYPTION_KEYS|EXPORT_STORE|NODE_ENV|DEMO|ROLE|HOST|PORT)(_FILE)?$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.test(name)));
}
