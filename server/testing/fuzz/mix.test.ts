import { describe, expect, test } from 'vitest';
import { type Input, inputsFor } from './mix.ts';
import { allTargets } from './targets.ts';

const EACH = 100;
const SEED = 20_261_130;
const known = { named: {}, any: ['5b0c7c1e-53a9-4c7e-9a3e-0a4f5d1c2b3a'] };

const made = new Map(
  allTargets().map(({ router, path, schemas, deeper, agree }, at) => {
    const make = inputsFor(schemas, { known, deeper, agree });
    return [`${router} ${path}`, make({ seed: SEED + at, count: EACH })] as const;
  }),
);
const count = (inputs: readonly Input[], is: (input: Input) => boolean) => inputs.filter(is).length;

describe('inputs made of a procedure’s own schema', () => {
  test('are taken by that schema one time in five at least, for every procedure, and most of the rest are not', () => {
    expect(made.size).toBeGreaterThan(140);
    for (const [path, inputs] of made) {
      const taken = count(inputs, (one) => one.taken);
      expect([path, taken >= EACH / 5 && taken <= (4 * EACH) / 5]).toEqual([path, true]);
      // Junk is junk: hardly any of it is what a procedure takes.
      expect([path, count(inputs, (one) => one.made === 'junk' && one.taken) < 10]).toEqual([
        path,
        true,
      ]);
    }
  });

  test('are the same for the same seed, and others for another', () => {
    for (const { path, schemas, deeper, agree } of allTargets().slice(0, 20)) {
      const make = inputsFor(schemas, { known, deeper, agree });
      const [once, again, other] = [7, 7, 8].map((seed) => make({ seed, count: 20 }));
      expect([path, again]).toEqual([path, once]);
      expect([path, other]).not.toEqual([path, once]);
    }
  });

  test('hold what no ordinary caller sends: no JSON, numbers beyond any, lone surrogates, keys of every object', () => {
    const texts = [...made.values()].flat().map(({ text }) => text ?? '');
    for (const odd of [
      '\\u0000',
      '\\ud800',
      '"__proto__":',
      '1e400',
      ':-0',
      '[[[[[[[[',
      '{"a":1,}',
    ])
      expect([odd, texts.some((text) => text.includes(odd))]).toEqual([odd, true]);
  });
});
