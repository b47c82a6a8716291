// Runs the browser tests, each worker against a portal started for it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findChromium } from './chromium.mjs';
import { root, startPortal } from './portal.mjs';

const WORKERS = 2;
const ONCE_MS = 1_000;
const named = process.argv.slice(2);
const executable = await findChromium();
const spawned = [];
// A few named tests do not wait for a second demo world.
const starting = Array.from({ length: named.length > 0 ? 1 : WORKERS }, () =>
  // Long enough for a holder that works, short enough to see one that does not.
  startPortal({
    env: { HOLDER_WAIT_SECONDS: '12' },
    onSpawn: (child) => spawned.push(child),
  }),
);
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
const portals = (await Promise.allSettled(starting)).flatMap(({ value }) => value ?? []);
let code = 1;
try {
  await Promise.all(starting);
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
