// The services' typed client as a package of its own: what the build made, made installable.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'easellm-portal-client';
/** All that the client needs at run time; the portal's own dependencies stay with the portal. */
const NEEDED = ['jose', 'zod'];

/** Writes what the built client lacks to be installed anywhere: its manifest and its words. */
export function completeClient({ root, dir }) {
  const portal = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const manifest = {
    name: NAME,
    version: portal.version,
    description: 'Typed client of the EaseLLM privacy portal for services',
    license: portal.license,
    type: 'module',
    engines: portal.engines,
    exports: { '.': { types: './types/services/index.d.ts', default: './index.js' } },
    files: ['index.js', 'types'],
    dependencies: Object.fromEntries(NEEDED.map((name) => [name, portal.dependencies[name]])),
  };
  writeFileSync(join(dir, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(join(dir, 'README.md'), `# ${NAME}\n\n${servicesSection(root)}`);
  for (const path of typesOf(join(dir, 'types'))) {
    // Whoever installs it has declarations, and no sources for these names to mean.
    const text = readFileSync(path, 'utf8').replace(
      /(from '\.[^']*|import\("\.[^"]*)\.ts(?=['"])/g,
      '$1.js',
    );
    writeFileSync(path, text);
  }
}

/** The chapter of the portal's README that is for those who call it. */
function servicesSection(root) {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const [, section] = /^## Services\n\n(.*?)(?=^## )/ms.exec(text) ?? [];
  if (!section) throw new Error('The README has no chapter for services.');
  return section;
}

function typesOf(dir) {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
