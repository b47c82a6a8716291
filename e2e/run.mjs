// Runs the browser tests against a portal started for them.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findChromium } from './chromium.mjs';
import { root, startPortal } from './portal.mjs';

const executable = await findChromium();
// Long enough for a holder that works, short enough to see one that does not.
const portal = await startPortal({ env: { HOLDER_WAIT_SECONDS: '12' } });
let code = 1;
try {
  code = await new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [
        join(root, 'node_modules/playwright/cli.js'),
        'test',
        '--config',
        'e2e/playwright.config.ts',
        ...process.argv.slice(2),
      ],
      {
        cwd: root,
        stdio: 'inherit',
        env: {
          ...process.env,
          CHROMIUM_PATH: executable,
          E2E_URL: portal.url,
          E2E_DATA_DIR: portal.dataDir,
          E2E_INTERNAL_PORT: portal.settings.INTERNAL_PORT,
        },
      },
    );
    child.once('exit', (status) => resolve(status ?? 1));
  });
} finally {
  await portal.stop();
}
process.exit(code);
