// Runs the browser tests, each worker against a portal started for it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findChromium } from './chromium.mjs';
import { root, startPortal } from './portal.mjs';

const WORKERS = 2;
const named = process.argv.slice(2);
const executable = await findChromium();
// A few named tests do not wait for a second demo world.
const starting = Array.from({ length: named.length > 0 ? 1 : WORKERS }, () =>
  // Long enough for a holder that works, short enough to see one that does not.
  startPortal({ env: { HOLDER_WAIT_SECONDS: '12' } }),
);
const portals = (await Promise.allSettled(starting)).flatMap(({ value }) => value ?? []);
let code = 1;
try {
  await Promise.all(starting);
  code = await new Promise((resolve) => {
    const child = spawn(
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
    child.once('exit', (status) => resolve(status ?? 1));
  });
} finally {
  await Promise.all(portals.map((portal) => portal.stop()));
}
process.exit(code);
