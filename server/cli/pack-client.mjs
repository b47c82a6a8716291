// `npm run pack:client [-- <folder>]`: the services' typed client as a tarball that any project can install.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, checkNode, install, npm, root, run } from './prepare.mjs';

checkNode();
await install();
await build();
const folder = resolve(process.argv[2] ?? join(root, 'dist'));
mkdirSync(folder, { recursive: true });
const packed = run(
  npm,
  ['pack', join(root, 'dist/client-package'), '--pack-destination', folder, '--json'],
  { quiet: true },
);
const [{ filename }] = JSON.parse(packed.stdout);
process.stdout.write(`${join(folder, filename)}\n`);
