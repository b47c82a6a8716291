import { join } from 'node:path';
import type { Plugin } from 'vite';
import { type Control, patchOf } from './control.ts';

/** Serves one source file without the control that stands in it. */
export function withoutControl(control: Control, root: string): Plugin {
  const patch = patchOf(control);
  return {
    name: 'without-a-control',
    enforce: 'pre',
    transform(code, id) {
      if (!patch || id.split('?')[0] !== join(root, patch.file)) return null;
      return { code: withoutPatch(code, patch), map: null };
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
