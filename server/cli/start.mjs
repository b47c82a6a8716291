// `npm start`: installs if needed, builds if stale, serves.
import { join } from 'node:path';
import { build, checkNode, install, root } from './prepare.mjs';
import { serve } from './serve.mjs';

checkNode();
await install();
await build();
process.exitCode = await serve(join(root, 'dist/server/main.js'));
