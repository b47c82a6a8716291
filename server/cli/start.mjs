// `npm start`: installs if needed, builds if stale, serves.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { endWithNpm } from './end-with-npm.mjs';
import { build, checkNode, install, root } from './prepare.mjs';

checkNode();
endWithNpm();
await install();
await build();
await import(pathToFileURL(join(root, 'dist/server/main.js')).href);
