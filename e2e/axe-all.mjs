// Every page in both views, where `npm test` takes one of the two for each in turn.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const done = spawnSync(process.execPath, [join(import.meta.dirname, 'run.mjs'), 'axe.spec'], {
  stdio: 'inherit',
  env: { ...process.env, AXE: 'all' },
});
process.exit(done.status ?? 1);
