import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { patchesOf } from './bite/control.ts';
import { controls } from './bite/controls.ts';
import { withoutPatch } from './bite/plugin.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * A file of the repository as text, for tests of what it says. In `npm run bite` it stands there without the
 * control at hand: a plugin takes controls out of what is imported, which a file that is read is not.
 */
export function repoFile(name: string): string {
  const text = readFileSync(join(root, name), 'utf8');
  const control = controls[Number(process.env.BITE_CONTROL)];
  const patches = control ? patchesOf(control) : [];
  return patches.filter(({ file }) => file === name).reduce(withoutPatch, text);
}
