// `npm start`: installs if needed, builds if stale, serves.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, checkNode, install, root } from './prepare.mjs';

const LOOK_MS = 500;

checkNode();
endWithNpm();
await install();
await build();
await import(pathToFileURL(join(root, 'dist/server/main.js')).href);

/** npm ends its shell when it is told to end, and the shell tells nobody: this would go on serving. */
function endWithNpm() {
  if (process.env.npm_lifecycle_event !== 'start') return;
  const shell = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS);
  look.unref();
}
