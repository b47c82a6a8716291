import type postgres from 'postgres';

/** OIDs of arrays that may come or go, with the type of their elements. They are the same in every database. */
const arrays = {
  boolean: 1000,
  smallint: 1005,
  integer: 1007,
  text: 1009,
  varchar: 1015,
  bigint: 1016,
  uuid: 2951,
} as const;

/** An array of PostgreSQL in one dimension; elements as they come from the driver, null for NULL. */
export function parseArray<T>(literal: string, element: (text: string) => T): (T | null)[] {
  const found: (T | null)[] = [];
  // An element: in quotes with backslashes before what is special, or bare up to the next comma.
  for (const [, quoted, bare] of literal.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^",]+)/gs)) {
    if (quoted !== undefined) found.push(element(quoted.replace(/\\(.)/gs, '$1')));
    else found.push(bare === 'NULL' ? null : element(bare ?? ''));
  }
  return found;
}

/** The literal of an array. What is one already stays as it is: drizzle writes its own. */
export function writeArray(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const elements = value.map((one) =>
    one === null ? 'NULL' : `"${String(one).replace(/["\\]/g, '\\$&')}"`,
  );
  return `{${elements.join(',')}}`;
}

function arrayType(oid: number, element: (text: string) => unknown): postgres.PostgresType {
  return {
    to: oid,
    from: [oid],
    serialize: writeArray,
    parse: (text) => parseArray(text, element),
  };
}

const types: Record<string, postgres.PostgresType> = {
  booleans: arrayType(arrays.boolean, (text) => text === 't'),
  smallints: arrayType(arrays.smallint, Number),
  integers: arrayType(arrays.integer, Number),
  texts: arrayType(arrays.text, String),
  varchars: arrayType(arrays.varchar, String),
  // As the driver gives a single one: a number would lose digits.
  bigints: arrayType(arrays.bigint, String),
  uuids: arrayType(arrays.uuid, String),
};

/**
 * Settings of every connection. The driver would ask each new one for the array types of its database, in
 * a query that nobody waits for: when the connection is lost at that moment, the failure reaches nobody
 * and ends the process. Ours are known, so that nothing has to be asked.
 */
export const driverSettings = { fetch_types: false, types, onnotice: () => {} };
