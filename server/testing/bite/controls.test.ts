import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { patchesOf, testPattern } from './control.ts';
import { controls } from './controls.ts';
import { withoutPatch } from './plugin.ts';
import { threatTable } from './table.ts';
import { threats } from './threats.ts';

const root = resolve(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe('the list of controls', () => {
  test('can take each of them out of its file, and names a test that is there', () => {
    for (const control of controls) {
      for (const patch of patchesOf(control))
        expect(withoutPatch(read(patch.file), patch)).not.toBe(read(patch.file));
      const { file, title } = control.test;
      expect(existsSync(join(root, file)), file).toBe(true);
      expect(read(file).replaceAll("\\'", "'"), title).toContain(title);
    }
  });

  test('has one against every threat, and none against others', () => {
    const known = threats.map(({ id }) => id);
    const against = new Set(controls.flatMap((control) => control.against));
    expect([...against].filter((id) => !known.includes(id))).toEqual([]);
    expect(known.filter((id) => !against.has(id))).toEqual([]);
  });

  test('is what SECURITY.md shows', () => {
    // The formatter pads tables.
    const flat = (text: string) => text.replace(/ *\| */g, '|').replace(/-{3,}/g, '---');
    expect(flat(read('server/SECURITY.md'))).toContain(flat(threatTable()));
  });

  test('finds a text that stands nowhere, or twice, and matches the one test it names', () => {
    const patch = { file: 'a.ts', was: 'one', becomes: '' };
    expect(() => withoutPatch('two', patch)).toThrow('a.ts');
    expect(() => withoutPatch('one one', patch)).toThrow('a.ts');
    expect(withoutPatch('one two', patch)).toBe(' two');
    const [control] = controls;
    if (!control) throw new Error('no control');
    const named = { ...control, test: { file: '', title: 'of %s (a+b) is $x, not %j' } };
    expect('room > of 7 (a+b) is 3, not "4"').toMatch(new RegExp(testPattern(named)));
    expect('room > of 7 aab is 3, not "4"').not.toMatch(new RegExp(testPattern(named)));
  });
});
