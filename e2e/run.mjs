// Runs the browser tests, each worker against a portal started for it.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from './chromium.mjs';
import { root, startPortal } from './portal.mjs';

const WORKERS = 2;
const ONCE_MS = 1_000;
const named = process.argv.slice(2);
const executable = await findChromium();
const spawned = [];
// A few named tests do with one.
const workers = named.length > 0 ? 1 : WORKERS;
// Long enough for a holder that works, short enough to see one that does not.
// All these people come from one network.
const env = { HOLDER_WAIT_SECONDS: '12', ANONYMOUS_CALLS: '3000' };
const onSpawn = (child) => spawned.push(child);
/** Whoever asks us to end: the tests end, then the portals, and nothing stays. Asked twice: now. */
let tests = null;
let asked = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    // A terminal asks all of its processes, and who began us passes it on: that is once.
    const again = asked && Date.now() - asked > ONCE_MS;
    tests?.kill(again ? 'SIGKILL' : signal);
    if (again) for (const child of spawned) child.kill('SIGKILL');
    asked ||= Date.now();
  });
let portals = [];
let code = 1;
try {
  portals = await startPortals();
  if (asked) throw new Error('asked to end before the tests began');
  code = await new Promise((resolve) => {
    tests = spawn(
      process.execPath,
      [
        join(root, 'node_modules/playwright/cli.js'),
        'test',
        '--config',
        'e2e/playwright.config.ts',
        ...named,
      ],
      {
        cwd: root,
        stdio: 'inherit',
        env: {
          ...process.env,
          CHROMIUM_PATH: executable,
          E2E_PORTALS: JSON.stringify(
            portals.map(({ url, dataDir, settings }) => ({
              url,
              dataDir,
              internalPort: Number(settings.INTERNAL_PORT),
            })),
          ),
        },
      },
    );
    tests.once('exit', (status) => resolve(status ?? 1));
  });
} finally {
  await Promise.all(portals.map((portal) => portal.stop()));
}
process.exit(code);

/** A portal for each worker. The demo world is made once: a copy of it takes a second. */
async function startPortals() {
  const first = await startPortal({ env, onSpawn });
  if (workers === 1) return [first];
  await first.stop({ keep: true });
  const dataDirs = [first.dataDir];
  while (dataDirs.length < workers) dataDirs.push(copyOf(first.dataDir));
  const starting = await Promise.allSettled(
    dataDirs.map((dataDir) => startPortal({ dataDir, env, onSpawn })),
  );
  const failed = starting.find(({ status }) => status === 'rejected');
  if (!failed) return starting.map(({ value }) => value);
  await Promise.all(starting.map(({ value }) => value?.stop()));
  for (const dataDir of dataDirs) rmSync(dataDir, { recursive: true, force: true });
  throw failed.reason;
}

function copyOf(dataDir) {
  const copy = mkdtempSync(join(tmpdir(), 'portal-e2e-'));
  cpSync(dataDir, copy, { recursive: true });
  // The port of last time is for one of them.
  rmSync(join(copy, 'pg-port'));
  return copy;
}
