import { join } from 'node:path';
import type { Plugin } from 'vite';
import { type Control, patchesOf } from './control.ts';

/** Serves source files without the control that stands in them. */
export function withoutControl(control: Control, root: string): Plugin {
  const patches = patchesOf(control);
  return {
    name: 'without-a-control',
    enforce: 'pre',
    transform(code, id) {
      const here = patches.filter(({ file }) => id.split('?')[0] === join(root, file));
      return here.length === 0 ? null : { code: here.reduce(withoutPatch, code), map: null };
    },
  };
}

/** @throws {RangeError} unless the text stands in the file exactly once */
export function withoutPatch(
  code: string,
  { file, was, becomes }: { file: string; was: string; becomes: string },
): string {
  const [before, after, ...more] = code.split(was);
  if (before === undefined || after === undefined || more.length > 0)
    throw new RangeError(`${file}: does not have once: ${was}`);
  return before + becomes + after;
}
