// `npm run example:report -- <pods.csv> --epoch <date>`: a service of ours, speaking to the running portal.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, checkNode, install, root } from './prepare.mjs';

checkNode();
await install();
await build();
await import(pathToFileURL(join(root, 'dist/server/example-report.js')).href);
