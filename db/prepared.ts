import type postgres from 'postgres';

/** From the how many-th time on a statement counts as one that comes again and again. */
const OFTEN = 3;
/** Each is kept by every connection of a pool, here and in the server. */
const MAX_PREPARED = 256;
/** Statements made for a number of rows have a text for each number: they are not worth keeping. */
const MAX_PARAMETERS = 40;
const MAX_LENGTH = 8_000;
const MAX_COUNTED = 2_000;

/**
 * Says which statements the driver is to prepare: those that come again and again. drizzle has every
 * statement parsed anew, which costs PostgreSQL a plan and everybody a round trip, in which nothing else
 * can be sent on that connection. A prepared one goes out at once, in one flight with those behind it.
 * They are prepared by their text, for each connection by itself; what they see is decided when they run,
 * by the role and the subject of that moment.
 */
function countStatements() {
  const times = new Map<string, number>();
  const prepared = new Set<string>();
  return function isFrequent(text: string, parameters: readonly unknown[]): boolean {
    if (prepared.has(text)) return true;
    if (parameters.length === 0 || parameters.length > MAX_PARAMETERS || text.length > MAX_LENGTH)
      return false;
    if (prepared.size >= MAX_PREPARED) return false;
    const count = (times.get(text) ?? 0) + 1;
    if (count < OFTEN) {
      if (times.size >= MAX_COUNTED) times.clear();
      times.set(text, count);
      return false;
    }
    times.delete(text);
    prepared.add(text);
    return true;
  };
}

/** Has the statements of a pool prepared, those of its transactions too. */
export function prepareFrequent(sql: postgres.Sql): postgres.Sql {
  const isFrequent = countStatements();
  type Callback = (client: postgres.TransactionSql) => unknown;
  const begin = sql.begin.bind(sql) as (options: string, callback: Callback) => Promise<unknown>;
  sql.unsafe = preparing(sql.unsafe, isFrequent);
  const beginning = (first: string | Callback, second?: Callback) => {
    const [options, callback] =
      typeof first === 'string' ? [first, second as Callback] : ['', first];
    return begin(options, (client) => {
      client.unsafe = preparing(client.unsafe, isFrequent);
      return callback(client);
    });
  };
  sql.begin = beginning as unknown as typeof sql.begin;
  return sql;
}

type Unsafe = postgres.Sql['unsafe'];

function preparing(unsafe: Unsafe, isFrequent: ReturnType<typeof countStatements>): Unsafe {
  const asked = (
    text: string,
    parameters: never[] = [],
    options: postgres.UnsafeQueryOptions = {},
  ) =>
    unsafe(
      text,
      parameters,
      isFrequent(text, parameters) ? { ...options, prepare: true } : options,
    );
  return asked as Unsafe;
}
