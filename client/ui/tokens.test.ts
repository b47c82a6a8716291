import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }] as const,
  ),
);

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const TEXT = 4.5;
const PARTS = 3;
const pairs = [
  ...['paper', 'surface', 'sunken'].flatMap((ground) =>
    ['ink', 'ink-2', 'ink-3', 'accent', 'accent-hover', 'danger'].map(
      (ink) => [ink, ground, TEXT] as const,
    ),
  ),
  ['accent-ink', 'accent', TEXT],
  ['accent-ink', 'accent-hover', TEXT],
  ['danger-ink', 'danger', TEXT],
  ['danger-ink', 'danger-hover', TEXT],
  ['staff-ink', 'staff', TEXT],
  ['desk-ink', 'desk', TEXT],
  ['accent', 'accent-soft', TEXT],
  ['warn', 'warn-soft', TEXT],
  ['danger', 'danger-soft', TEXT],
  ['staff', 'staff-soft', TEXT],
  ['ink', 'accent-soft', TEXT],
  ['ink', 'warn-soft', TEXT],
  ['ink', 'danger-soft', TEXT],
  ['field-line', 'surface', PARTS],
  ['field-line', 'paper', PARTS],
  ['accent', 'paper', PARTS],
] as const;

test.each(pairs)('%s on %s has a contrast of at least %d in both themes', (front, back, least) => {
  const a = tokens.get(front);
  const b = tokens.get(back);
  if (!a || !b) throw new Error(`no token ${front} or ${back}`);
  expect(contrast(a.light, b.light)).toBeGreaterThanOrEqual(least);
  expect(contrast(a.dark, b.dark)).toBeGreaterThanOrEqual(least);
});
