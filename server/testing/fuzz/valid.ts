import fc, { type Arbitrary } from 'fast-check';
import type { Schema } from '../schemas.ts';
import { moments, texts } from './naughty.ts';
import { usual } from './usual.ts';

/**
 * What there is in the portal that an input may name: by the key under which it is given, and whatever the
 * key. It is looked at anew for every value, so that it may be replaced between two of them.
 */
export type Known = { named: Record<string, readonly unknown[]>; any: readonly unknown[] };
/** What stands where a schema says nothing of what it takes, by the key. */
export type Deeper = Record<string, Schema>;

type Walk = { known: Known; deeper: Deeper; key: string };

/** So many are made before one is taken as it is: near misses of rules between fields are worth sending too. */
const TRIES = 16;
const EDGE_TEXT = 400;

/**
 * Values that a schema takes, made of the schema itself: its shape, its rules, and what its own check lets
 * through of texts that are known.
 * @throws {Error} for a part of it of which no value is known
 */
export function validFor(schema: Schema, walk: Walk): Arbitrary<unknown> {
  const { def } = schema._zod;
  const { innerType, options, element } = def;
  if (innerType) {
    const inner = validFor(innerType, walk);
    if (def.type === 'nullable') return fc.option(inner, { nil: null, freq: 6 });
    return fc.option(inner, { nil: undefined, freq: 3 });
  }
  if (def.type === 'pipe' && def.in)
    return isText(def.in) ? textFor(schema, walk) : validFor(def.in, walk);
  if (def.type === 'string') return textFor(schema, walk);
  if (def.type === 'boolean') return fc.boolean();
  if (def.type === 'null') return fc.constant(null);
  if (def.type === 'number') return numberFor(schema, walk);
  if (def.type === 'literal') return fc.constantFrom(...(def.values ?? []));
  if (def.type === 'enum') return enumFor(schema, walk);
  if (options) return fc.oneof(...options.map((option) => validFor(option, walk)));
  if (def.type === 'array' && element) return fitting(schema, arrayFor(schema, element, walk));
  if (def.type === 'record' && def.keyType && def.valueType)
    return fitting(
      schema,
      fc.dictionary(
        textFor(def.keyType, walk) as Arbitrary<string>,
        validFor(def.valueType, walk),
        { maxKeys: 4 },
      ),
    );
  if (def.shape) return fitting(schema, objectFor(def.shape, walk));
  const deeper = walk.deeper[walk.key];
  if (deeper) return validFor(deeper, walk);
  throw new Error(`no value known of ${walk.key}: ${def.type}`);
}

function isText({ _zod: { def } }: Schema): boolean {
  return def.type === 'string' || (def.in !== undefined && isText(def.in));
}

/** The innermost of what is read, then changed, then judged. */
function readOf(schema: Schema): Schema {
  return schema._zod.def.in ? readOf(schema._zod.def.in) : schema;
}

function objectFor(shape: Record<string, Schema>, walk: Walk): Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(shape).map(([key, inner]) => [key, validFor(inner, { ...walk, key })]),
  );
  return fc
    .record(fields)
    .map((made) =>
      Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)),
    );
}

function arrayFor(schema: Schema, element: Schema, walk: Walk): Arbitrary<unknown> {
  const { least, most } = boundsOf(schema, 'length');
  const inside = walk.deeper[walk.key] ?? element;
  const bounds = { minLength: least ?? 0, maxLength: Math.min(most ?? 8, (least ?? 0) + 5) };
  return fc.array(validFor(inside, walk), bounds);
}

/** Of several the first that the whole schema takes: rules between fields say nothing of how to keep them. */
function fitting(schema: Schema, made: Arbitrary<unknown>): Arbitrary<unknown> {
  const rules = schema._zod.def.checks?.some(({ _zod }) => _zod.def.check === 'custom');
  if (!rules) return made;
  return fc.infiniteStream(made).map((stream) => {
    let last: unknown;
    for (const value of stream.take(TRIES)) {
      last = value;
      if (schema.safeParse(value).success) break;
    }
    return last;
  });
}

function enumFor(schema: Schema, { known, key }: Walk): Arbitrary<unknown> {
  const words = Object.values(schema._zod.def.entries ?? {});
  return fc.tuple(fc.constantFrom(...words), fc.nat(1), fc.nat()).map(([word, coin, pick]) => {
    const named = fittingOf(schema, known.named[key] ?? []);
    return coin === 1 && named.length > 0 ? named[pick % named.length] : word;
  });
}

function numberFor(schema: Schema, { known, key }: Walk): Arbitrary<unknown> {
  const { least = -1e6, most = 1e6 } = boundsOf(schema, 'value');
  const whole = schema._zod.def.format !== undefined;
  const made = whole
    ? fc.oneof(
        fc.integer({ min: least, max: Math.min(most, least + 100) }),
        fc.integer({ min: least, max: most }),
        fc.constantFrom(least, most),
      )
    : fc.double({ noNaN: true, noDefaultInfinity: true, min: least, max: most });
  return fc.tuple(made, fc.nat()).map(([value, pick]) => {
    const named = fittingOf(schema, known.named[key] ?? []);
    return pick % 4 > 0 && named.length > 0 ? named[pick % named.length] : value;
  });
}

/** Texts that fit: what goes by that name, what else is known, what people write, and what only a test would. */
function textFor(schema: Schema, { known, key }: Walk): Arbitrary<unknown> {
  const written = fittingOf(schema, usual);
  const odd = fittingOf(schema, [...texts, ...moments]);
  const { most } = boundsOf(readOf(schema), 'length');
  const made = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constant('y'.repeat(Math.min(most ?? EDGE_TEXT, EDGE_TEXT))),
    ...patternsOf(readOf(schema)),
  );
  return fc.tuple(fc.nat(99), fc.nat(), made).map(([share, pick, text]) => {
    const from = (list: readonly unknown[]) => list[pick % list.length];
    const named = fittingOf(schema, known.named[key] ?? []);
    if (named.length > 0 && share < 55) return from(named);
    const any = fittingOf(schema, known.any);
    if (any.length > 0 && share < 70) return from(any);
    if (share >= 85 && schema.safeParse(text).success) return text;
    if (odd.length > 0 && share >= 78) return from(odd);
    if (written.length > 0) return from(written);
    for (const list of [named, any, odd]) if (list.length > 0) return from(list);
    if (schema.safeParse(text).success) return text;
    throw new Error(`no text known of ${key}`);
  });
}

function patternsOf(schema: Schema): Arbitrary<string>[] {
  const { pattern, checks, format } = schema._zod.def;
  if (format === 'uuid') return [fc.uuid()];
  const patterns = [pattern, ...(checks ?? []).map(({ _zod }) => _zod.def.pattern)];
  return patterns.flatMap((one) => {
    // Of a date, whose pattern is longer than any date.
    if (!one || format !== undefined) return [];
    return [fc.stringMatching(one)];
  });
}

function boundsOf(schema: Schema, what: 'length' | 'value'): { least?: number; most?: number } {
  const bounds: { least?: number; most?: number } = {};
  for (const { _zod } of schema._zod.def.checks ?? []) {
    const { check, minimum, maximum, value, inclusive } = _zod.def;
    const past = inclusive ? 0 : 1;
    if (what === 'length' && check === 'min_length') bounds.least = minimum ?? 0;
    if (what === 'length' && check === 'max_length') bounds.most = maximum ?? 0;
    if (what === 'value' && check === 'greater_than' && value !== undefined)
      bounds.least = value + past;
    if (what === 'value' && check === 'less_than' && value !== undefined)
      bounds.most = value - past;
  }
  return bounds;
}

const judged = new WeakMap<Schema, WeakMap<readonly unknown[], unknown[]>>();

/** Those of a list that a schema takes; a list is judged once. */
function fittingOf(schema: Schema, list: readonly unknown[]): readonly unknown[] {
  const lists = judged.get(schema) ?? new WeakMap<readonly unknown[], unknown[]>();
  judged.set(schema, lists);
  const before = lists.get(list);
  if (before) return before;
  const fits = list.filter((value) => schema.safeParse(value).success);
  lists.set(list, fits);
  return fits;
}
