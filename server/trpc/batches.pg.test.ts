import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Connection } from '../../db/connect.ts';
import { parseEnv } from '../env.ts';
import { testDeps } from '../testing/deps.ts';
import { fromOurPage, listening } from '../testing/listening.ts';
import { test } from '../testing/pg.ts';
import { router } from './init.ts';
import { nothing } from './input.ts';
import { publicProcedure } from './ladder.ts';

const SHAPES = 100;
/** The same inputs each time: whether a change is taken must not hang on chance. */
const SEED = 20_261_130;
const MOST_CALLS = 8;
const KIB = 1_024;
/** Of a hundred shapes so many must run something, or only the refusals were tried. */
const RUN = 0.05;

/** A portal of procedures that count themselves; its network may call as often as it likes. */
async function counting(connection: Connection) {
  let executed = 0;
  const count = () => {
    executed += 1;
    return executed;
  };
  const env = parseEnv({
    DATA_DIR: tmpdir(),
    PUBLIC_URL: 'http://localhost:3000',
    LOG_LEVEL: 'silent',
    ANONYMOUS_CALLS: '1000000',
  });
  const deps = testDeps(connection, { env });
  const counted = router({
    a: publicProcedure.input(nothing).mutation(count),
    b: publicProcedure.input(nothing).query(count),
    room: router({ c: publicProcedure.input(nothing).mutation(count) }),
  });
  const ask = await listening(deps, counted);
  const ours = fromOurPage(deps.env.PUBLIC_URL);
  return { ask, ours, executed: () => executed };
}

const name = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom('a', 'b', 'room.c') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      'c',
      'room',
      'room.',
      '.a',
      'a.a',
      '__proto__',
      'constructor',
      '%61',
      'A',
    ),
  },
);
const size = fc.oneof(
  { weight: 5, arbitrary: fc.nat(MOST_CALLS) },
  { weight: 2, arbitrary: fc.integer({ min: MOST_CALLS + 1, max: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 41, max: 2_000 }) },
);
const names = size.chain((length) =>
  fc.oneof(
    fc.array(name, { minLength: length, maxLength: length }),
    name.map((same) => Array.from({ length }, () => same)),
  ),
);
const input = fc.oneof(
  { weight: 6, arbitrary: fc.constant('{}') },
  {
    weight: 3,
    arbitrary: fc.constantFrom('null', '1', '"x"', '[]', '{"x":1}', '{"0":{}}', 'true'),
  },
);
/** Inputs by their place: with holes, with more than there are calls, or of another kind altogether. */
const inputs = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(fc.tuple(fc.nat(12), input), { maxLength: 14 })
      .map((given) => `{${given.map(([at, is]) => `"${at}":${is}`).join(',')}}`),
  },
  {
    weight: 12,
    arbitrary: fc.constant(`{${Array.from({ length: 9 }, (_, at) => `"${at}":{}`).join(',')}}`),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('', '{}', '[]', '[{},{}]', 'null', '{', '"0"', '{"__proto__":{}}'),
  },
);
const shape = fc.record({
  names,
  comma: fc.constantFrom(',', ',', ',', ',', '%2C', '%2c', ',,', ', '),
  query: fc.constantFrom(
    '?batch=1',
    '?batch=1',
    '?batch=1',
    '?batch=2',
    '?batch',
    '',
    '?batch=1&batch=1',
  ),
  inputs,
  method: fc.constantFrom('POST', 'POST', 'POST', 'GET'),
});

test('a hundred batches of every shape run eight calls at most each, and one that asks for more runs none: holes, doubles, commas, mixed kinds, inputs that do not fit', async ({
  connection,
}) => {
  const { ask, ours, executed } = await counting(connection);
  let ran = 0;
  let beyond = 0;
  await fc.assert(
    fc.asyncProperty(shape, async ({ names: asked, comma, query, inputs: body, method }) => {
      const before = executed();
      const get = method === 'GET';
      const more = get ? `${query ? '&' : '?'}input=${encodeURIComponent(body)}` : '';
      const { status, body: answer } = await ask(
        `/trpc/${asked.join(comma).replaceAll(' ', '%20')}${query}${more}`,
        { method, headers: ours, ...(get ? {} : { body }) },
      );
      const done = executed() - before;
      expect(done).toBeLessThanOrEqual(MOST_CALLS);
      expect(status).toBeLessThan(500);
      if (done > 0) ran += 1;
      // 207: each call of it was refused by itself.
      else
        expect([status === 207 || status >= 400, answer.includes('"result"')]).toEqual([
          true,
          false,
        ]);
      if (asked.length <= MOST_CALLS) return;
      beyond += 1;
      expect([done, [400, 404, 405, 431].includes(status)]).toEqual([0, true]);
      expect(answer).not.toContain('"result"');
    }),
    { numRuns: SHAPES, seed: SEED },
  );
  expect(ran / SHAPES).toBeGreaterThan(RUN);
  expect(beyond).toBeGreaterThan(0);
});

/** A refusal costs nothing: nobody keeps the portal busy with what it does not take. */
const QUICK_MS = 200;
/** A machine that does something else meanwhile is not the portal's slowness. */
const TRIES = 5;

test('what is not taken is refused in less than 200 ms, each with its own status, and nothing is done', async ({
  connection,
}) => {
  const { ask, ours, executed } = await counting(connection);
  const call =
    (path: string, headers: Record<string, string>, body = '{}', method = 'POST') =>
    () =>
      ask(`/trpc/${path}`, { method, headers, body });
  const many = (count: number, comma = ',') => Array.from({ length: count }, () => 'a').join(comma);
  const all = `{${Array.from({ length: 2_000 }, (_, at) => `"${at}":{}`).join(',')}}`;
  const { origin: _origin, ...noOrigin } = ours;
  const large = (bytes: number) => JSON.stringify({ x: 'x'.repeat(bytes) });
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
  const refused: [string, number, ReturnType<typeof call>][] = [
    ['nine calls in one', 400, call(`${many(9)}?batch=1`, ours, all)],
    ['two thousand calls in one', 400, call(`${many(2_000)}?batch=1`, ours, all)],
    ['two thousand commas', 400, call(`${','.repeat(2_000)}?batch=1`, ours, all)],
    ['more of an address than is read', 431, call(`${many(9_000)}?batch=1`, ours, '{}')],
    [
      'a form of files',
      415,
      call('a', { ...ours, 'content-type': 'multipart/form-data; boundary=x' }, '--x\r\n\r\n--x--'),
    ],
    [
      'a form',
      415,
      call('a', { ...ours, 'content-type': 'application/x-www-form-urlencoded' }, 'a=1'),
    ],
    ['text', 415, call('a', { ...ours, 'content-type': 'text/plain' })],
    ['JSON by another name', 415, call('a', { ...ours, 'content-type': 'application/jsonp' })],
    ['what was compressed', 415, call('a', { ...ours, 'content-encoding': 'gzip' })],
    ['another site’s page', 403, call('a', { ...ours, origin: 'https://elsewhere.example' })],
    ['a neighbour’s page', 403, call('a', { ...ours, origin: 'http://evil.localhost:3000' })],
    ['a page without an origin', 403, call('a', { ...ours, origin: 'null' })],
    ['nobody’s page', 403, call('a', noOrigin)],
    [
      'a page that the browser calls another site’s',
      403,
      call('a', { ...ours, 'sec-fetch-site': 'same-site' }),
    ],
    ['a method that is none here', 405, call('a', ours, '{}', 'PUT')],
    ['one byte too many', 413, call('a', ours, large(64 * KIB))],
    ['a megabyte', 413, call('a', ours, large(1_024 * KIB))],
    ['lists in lists', 400, call('a', ours, deep)],
    ['half of an input', 400, call('a', ours, '{"x":')],
    ['a name that cannot be decoded', 400, call('%E0%A4%A', ours)],
    ['a name that is none', 404, call('nobody.has.this', ours)],
  ];
  const seen: [string, number, boolean][] = [];
  for (const [what, , asking] of refused) {
    let [best, status] = [Number.POSITIVE_INFINITY, 0];
    for (let tried = 0; tried < TRIES && best >= QUICK_MS; tried += 1) {
      const started = performance.now();
      ({ status } = await asking());
      best = Math.min(best, performance.now() - started);
    }
    seen.push([what, status, best < QUICK_MS]);
  }
  expect(seen).toEqual(refused.map(([what, status]) => [what, status, true]));
  expect(executed()).toBe(0);
  // And what is as it should be is done.
  expect((await call('a', ours)()).status).toBe(200);
  expect(executed()).toBe(1);
});
