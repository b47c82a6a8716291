import fc, { type Arbitrary } from 'fast-check';
import type { Schema } from '../schemas.ts';
import { bodies, keys, moments, numbers, Raw, texts } from './naughty.ts';
import { type Deeper, type Known, validFor } from './valid.ts';

/** One input as it goes over the wire. */
export type Input = {
  made: 'valid' | 'near' | 'junk';
  /** JSON text, or what is none; null for a call that says nothing. */
  text: string | null;
  /** Whether the schemas of the procedure take it, by their own word. */
  taken: boolean;
};

/** Parts of a hundred. What is left is junk. */
const VALID = 42;
const NEAR = 30;

/**
 * Inputs for a procedure: valid in shape, near misses of that, and junk, of which the whole is no JSON now
 * and then. The same seed makes the same, but for what the portal itself has made (`known`).
 */
export function inputsFor(
  schemas: readonly Schema[],
  {
    known,
    deeper = {},
    agree = (input) => input,
  }: { known: Known; deeper?: Deeper; agree?: (input: unknown, known: Known) => unknown },
): (options: { seed: number; count: number }) => Input[] {
  const [schema] = schemas;
  if (!schema) throw new Error('a procedure without a schema of its input');
  const valid = validFor(schema, { known, deeper, key: 'input' }).map((value) =>
    agree(value, known),
  );
  const near = fc.tuple(valid, fc.array(fc.nat(), { minLength: 24, maxLength: 24 }));
  const arbitrary: Arbitrary<Omit<Input, 'taken'>> = fc.oneof(
    {
      weight: VALID,
      arbitrary: valid.map((value) => ({ made: 'valid' as const, text: written(value) })),
    },
    {
      weight: NEAR,
      arbitrary: near.map(([value, dice]) => ({
        made: 'near' as const,
        text: written(missed(value, dice)),
      })),
    },
    {
      weight: 100 - VALID - NEAR,
      arbitrary: junk.map((text) => ({ made: 'junk' as const, text })),
    },
  );
  return ({ seed, count }) =>
    fc.sample(arbitrary, { seed, numRuns: count }).map((input) => ({
      ...input,
      taken: isTaken(schemas, input.text),
    }));
}

const junk: Arbitrary<string | null> = fc.oneof(
  { weight: 8, arbitrary: fc.jsonValue({ maxDepth: 3 }).map(written) },
  { weight: 4, arbitrary: fc.constantFrom(...texts).map(written) },
  { weight: 2, arbitrary: fc.constantFrom(...numbers).map(written) },
  {
    weight: 4,
    arbitrary: fc
      .dictionary(fc.constantFrom(...keys), fc.constantFrom<unknown>(...texts, ...numbers, null))
      .map(written),
  },
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom(...bodies) },
);

/** Whether every schema takes what a text says. */
function isTaken(schemas: readonly Schema[], text: string | null): boolean {
  let value: unknown;
  try {
    value = text === null ? undefined : JSON.parse(text);
  } catch {
    return false;
  }
  return schemas.every((schema) => schema.safeParse(value).success);
}

const MARK = '\u0001raw:';
const MARKED = /"\\u0001raw:([^"]*)"/g;

/** A value as JSON text, with what only a text can say. */
function written(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner) =>
    inner instanceof Raw ? `${MARK}${inner.text}` : inner,
  );
  return (text ?? 'null').replace(MARKED, '$1');
}

/** A value with one place of it changed, which the dice choose. */
function missed(value: unknown, dice: readonly number[]): unknown {
  let thrown = 0;
  const roll = (sides: number) => (dice[thrown++ % dice.length] ?? 0) % sides;
  const pick = <T>(list: readonly T[]): T => list[roll(list.length)] as T;

  function change(at: unknown): unknown {
    const isList = Array.isArray(at);
    const isObject = at !== null && typeof at === 'object' && !isList;
    const inside = isObject ? Object.keys(at) : isList ? [...at.keys()] : [];
    // Mostly further in: a change of the whole is nearly junk.
    if (inside.length > 0 && roll(4) > 0) {
      const place = pick<string | number>(inside);
      if (isList) return at.map((inner, index) => (index === place ? change(inner) : inner));
      const { [place]: inner, ...rest } = at as Record<string, unknown>;
      return roll(5) === 0 ? rest : { ...rest, [place]: change(inner) };
    }
    if (isObject) return withKey(at as Record<string, unknown>, pick(keys), pick(texts));
    if (isList) return pick([[], [...at, null], [...at, ...at], [at], Array(2_000).fill(null)]);
    if (typeof at === 'string') return changedText(at);
    if (typeof at === 'number')
      return pick<unknown>([...numbers, String(at), at + 1, at - 1, at + 0.5, -at, null, [at]]);
    return pick<unknown>([null, 'true', 0, 1, [], {}, [at], new Raw('-0')]);
  }

  function changedText(text: string): unknown {
    const cut = roll(text.length + 1);
    const within = (extra: string) => text.slice(0, cut) + extra + text.slice(cut);
    return pick<() => unknown>([
      () => within(pick(texts)),
      () => within('\u0000'),
      () => within('\ud800'),
      () => pick(texts),
      () => pick(moments),
      () => pick(numbers),
      () => text.toUpperCase(),
      () => ` ${text}\n`,
      () => text.slice(0, cut),
      () => text + text,
      () => text.padEnd(5_000, 'z'),
      () => [text],
      () => ({ toString: text }),
      () => null,
      () => text.normalize('NFD'),
      () => [...text].reverse().join(''),
    ])();
  }
  return change(value);
}

/** Built as JSON would: `__proto__` is a key like any other there. */
function withKey(object: Record<string, unknown>, key: string, value: unknown): unknown {
  const copy = { ...object };
  Object.defineProperty(copy, key, { value, enumerable: true, configurable: true });
  return copy;
}
