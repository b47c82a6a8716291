// `npm run admin -- <command>`: the built commands, on the same database as the portal.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, checkNode, install, root } from './prepare.mjs';

checkNode();
await install();
await build();
await import(pathToFileURL(join(root, 'dist/server/admin.js')).href);
