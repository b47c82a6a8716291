import type { AnyRouter } from '@trpc/server';

/** A zod schema from the inside; the library has no other way to ask what it takes. */
export type Schema = {
  safeParse(input: unknown): {
    success: boolean;
    error?: { issues: readonly Issue[] };
  };
  _zod: {
    def: {
      type: string;
      format?: string;
      pattern?: RegExp;
      values?: readonly unknown[];
      entries?: Record<string, string>;
      checks?: readonly { _zod: { def: Check } }[];
      catchall?: Schema;
      shape?: Record<string, Schema>;
      options?: Schema[];
      in?: Schema;
      innerType?: Schema;
      element?: Schema;
      keyType?: Schema;
      valueType?: Schema;
    };
  };
};
/** One rule of a schema beyond its type. */
type Check = {
  check: string;
  format?: string;
  pattern?: RegExp;
  minimum?: number;
  maximum?: number;
  value?: number;
  inclusive?: boolean;
};
export type Issue = {
  code?: string;
  keys?: readonly string[];
  /** Of a value that fits none of several forms: what is wrong with each. */
  errors?: readonly (readonly Issue[])[];
};

/** The input schemas of a procedure. */
export const inputsOf = (router: AnyRouter, path: string): Schema[] =>
  (router._def.procedures as unknown as Record<string, { _def: { inputs: Schema[] } }>)[path]?._def
    .inputs ?? [];

/** What lies directly in a schema that is not an object: each of a union, the wrapped, the repeated. */
function insideOf({ _zod: { def } }: Schema): Schema[] {
  return [...(def.options ?? []), def.in, def.innerType, def.element, def.valueType].filter(
    (inner) => inner !== undefined,
  );
}

/** Every value that an input may hold: where it stands, and of what kind it is (`about: uuid`). */
export function leavesOf(schema: Schema, place = ''): string[] {
  const { type, format, shape } = schema._zod.def;
  if (shape)
    return Object.entries(shape).flatMap(([key, inner]) =>
      leavesOf(inner, place ? `${place}.${key}` : key),
    );
  const inside = insideOf(schema);
  if (inside.length > 0) return [...new Set(inside.flatMap((inner) => leavesOf(inner, place)))];
  return [`${place}: ${format ?? type}`];
}

/** Objects of a schema with the least that leads to them: literals filled in, everything else left out. */
export function objectsOf(
  schema: Schema,
  wrap: (object: Record<string, unknown>) => unknown = (object) => object,
): { keys: string[]; input: (extra: Record<string, unknown>) => unknown }[] {
  const { type, shape, element } = schema._zod.def;
  if (!shape) {
    if (type === 'array' && element) return objectsOf(element, (object) => wrap([object] as never));
    return insideOf(schema).flatMap((inner) => objectsOf(inner, wrap));
  }
  const least = Object.fromEntries(
    Object.entries(shape).flatMap(([key, { _zod }]) =>
      _zod.def.type === 'literal' ? [[key, _zod.def.values?.[0]]] : [],
    ),
  );
  const here = {
    keys: Object.keys(shape),
    // Built as JSON would: `__proto__` is a key like any other there.
    input: (extra: Record<string, unknown>) => {
      const object: Record<string, unknown> = { ...least };
      for (const [key, value] of Object.entries(extra))
        Object.defineProperty(object, key, { value, enumerable: true, configurable: true });
      return wrap(object);
    },
  };
  const deeper = Object.entries(shape).flatMap(([key, inner]) =>
    objectsOf(inner, (object) => wrap({ ...least, [key]: object })),
  );
  return [here, ...deeper];
}

/** Fields of an input that hold one text, each with everything that judges and changes it. */
export function textFieldsOf(schema: Schema, place = ''): { place: string; schema: Schema }[] {
  const { type, shape } = schema._zod.def;
  if (shape)
    return Object.entries(shape).flatMap(([key, inner]) =>
      textFieldsOf(inner, place ? `${place}.${key}` : key),
    );
  const leaves = leavesOf(schema, place);
  const holdsText = leaves.length > 0 && leaves.every((leaf) => leaf === `${place}: string`);
  if (place !== '' && holdsText && type !== 'array') return [{ place, schema }];
  return insideOf(schema).flatMap((inner) => textFieldsOf(inner, place));
}
