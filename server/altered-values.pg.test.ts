import { Writable } from 'node:stream';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect } from 'vitest';
import type { Connection } from '../db/connect.ts';
import { type MapColumn, type MapTable, subjectTables } from '../db/data-map/index.ts';
import { later, start } from './auth/testing.ts';
import { insertFilled } from './requests/copy/testing.ts';
import { appRouter } from './root.ts';
import { testDeps } from './testing/deps.ts';
import { fromOurPage, listening } from './testing/listening.ts';
import { signedInAs } from './testing/people.ts';
import { test } from './testing/pg.ts';
import { walkProcedures } from './trpc/boot-check.ts';

const ALTERED = 50;
/** The same inputs each time: whether a change is taken must not hang on chance. */
const SEED = 20_261_130;
/** Stands in what is written by hand, so that it is seen wherever it comes out again. */
const CANARY = 'canary7f3a';
/** What a caller must never read of a failure. */
const LEAK =
  /select |insert |relation |violates|\b42[A-Z0-9]{3}\b|node_modules|\.ts:|CipherError|cannot open|postgres/i;

type Place = { table: MapTable; column: MapColumn };
const nameOf = ({ table, column }: Place) => `${table.sqlName}.${column.sqlName}`;

/** Every sealed column, and every text beside them that is not part of a key. */
const places: readonly Place[] = subjectTables.flatMap((table) =>
  table.columns
    .filter(({ key, sqlType }) => {
      const keys = [table.subject, ...table.primaryKey];
      return !keys.includes(key) && /^(text|varchar|jsonb|char)/.test(sqlType);
    })
    .map((column) => ({ table, column })),
);

/** Ways to alter a value by SQL. The database refuses some, which is as good. */
const ways: Record<string, (was: string) => string | null> = {
  'cut short': (was) => was.slice(0, Math.max(1, was.length >> 1)),
  'bent by one sign': (was) => {
    const at = was.length >> 1;
    return was.slice(0, at) + (was[at] === 'A' ? 'B' : 'A') + was.slice(at + 1);
  },
  'of a version that is none': (was) => was.replace(/^[^.]*\./, 'v9.'),
  'nothing at all': () => null,
  empty: () => '',
  'plain words': () => CANARY,
  'words in the form of what is sealed': () => `v1.${CANARY}AAAAAA.${CANARY}`,
  'a choice that is none': () => `${CANARY}_kind`,
};

/** What a signed-in person’s pages ask for, with the least that each takes. */
const asked: Record<string, unknown> = {
  'access.section': { section: 'account' },
  'access.table': { table: 'account' },
  'access.search': { search: 'a' },
  'audit.log': { actor: 'all' },
};

/** The queries of a customer that need nothing but their session. */
function queries(): string[] {
  return walkProcedures(appRouter)
    .filter(({ type, meta }) => type === 'query' && meta?.assurance === 'mfa')
    .map(({ path }) => path);
}

test('values that somebody altered in the database by hand are told as a failure of ours, with nothing of them, of the database or of the program in the answer; and once they are back all is as before', async ({
  connection,
  owner,
}) => {
  const logged: string[] = [];
  const kept = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk));
      done();
    },
  });
  const now = later(60);
  const deps = testDeps(connection, { log: pino({ level: 'error' }, kept), clock: () => now });
  const { subjectId } = await insertFilled(deps, 'ada');
  const jar = await signedInAs(deps, { subjectId } as never, { now: start });
  const ask = await listening(deps);
  const call = async (path: string, input: unknown) => {
    const headers = { ...fromOurPage(deps.env.PUBLIC_URL), cookie: `sid=${jar.tokens.user}` };
    const answer = await ask(`/trpc/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(input),
    });
    return { path, ...answer };
  };
  const wholeOf = async (paths: readonly string[]) =>
    (await Promise.all(paths.map((path) => call(path, asked[path] ?? {}))))
      .filter(({ status }) => status === 200)
      .map(({ path }) => path);
  /** Every page that a customer may look at and that is whole now. */
  const pages = await wholeOf(queries());
  expect(pages.length).toBeGreaterThan(10);
  const look = ({ table }: Pick<Place, 'table'>) =>
    Promise.all([
      ...pages.map((path) => call(path, asked[path] ?? {})),
      call('access.section', { section: table.section }),
      call('access.table', { table: table.name }),
    ]);

  let [altered, failed, refusedByDatabase] = [0, 0, 0];
  const one = async (place: Place, way: string) => {
    const back = await alter(owner, { ...place, subjectId }, ways[way] ?? (() => null));
    if (back === 'refused') {
      refusedByDatabase += 1;
      return;
    }
    altered += 1;
    const broken: string[] = [];
    for (const { path, status, body: answer } of await look(place)) {
      const body = answer.replace(/"requestId":"[^"]*"/, '"requestId":""');
      const told = [place.table.sqlName, place.column.sqlName, way, path];
      if (status >= 500) {
        failed += 1;
        if (pages.includes(path)) broken.push(path);
        // Typed: our word for it and the number to ask with, and nothing else.
        const { message, data } = JSON.parse(answer).error;
        expect([...told, message]).toEqual([...told, 'UNAVAILABLE']);
        expect([...told, data.requestId]).toEqual([
          ...told,
          expect.stringMatching(/^[0-9a-f-]{36}$/),
        ]);
      }
      if (status >= 400) {
        expect([...told, body.match(LEAK)?.[0]]).toEqual([...told, undefined]);
        expect([...told, body.includes(CANARY)]).toEqual([...told, false]);
      }
    }
    await back();
    expect([nameOf(place), way, await wholeOf(broken)]).toEqual([nameOf(place), way, broken]);
  };
  const byName = new Map(places.map((place) => [nameOf(place), place]));
  // The name in the frame of every page: without it none of them is whole.
  const name = byName.get('account.display_name');
  if (!name) throw new Error('accounts have no name');
  await one(name, 'bent by one sign');
  expect(failed).toBeGreaterThan(0);
  const sealed = places.filter(({ column }) => column.storage === 'sealed').map(nameOf);
  const where = fc.oneof(fc.constantFrom(...sealed), fc.constantFrom(...byName.keys()));
  await fc.assert(
    fc.asyncProperty(where, fc.constantFrom(...Object.keys(ways)), async (at, way) => {
      const place = byName.get(at);
      if (place) await one(place, way);
    }),
    // A smaller one would say nothing more, and each takes every page.
    { numRuns: ALTERED, endOnFailure: true, seed: SEED },
  );
  expect(altered).toBeGreaterThan(ALTERED / 4);
  expect(altered + refusedByDatabase).toBeGreaterThanOrEqual(ALTERED);
  // Each failure is seen by whoever runs the portal, without a value in it.
  expect(logged.length).toBeGreaterThanOrEqual(failed);
  expect(logged.join('').includes(CANARY)).toBe(false);
  // Fifty times every page: a slow machine needs longer than for any other test.
}, 300_000);

/** Alters a value of a person as the owner of the tables can. @returns how to put it back, or that it was refused */
async function alter(
  { db }: Connection,
  { table, column, subjectId }: Place & { subjectId: string },
  way: (was: string) => string | null,
): Promise<'refused' | (() => Promise<unknown>)> {
  const [of, at] = [sql.identifier(table.sqlName), sql.identifier(column.sqlName)];
  const subject = table.columns.find(({ key }) => key === table.subject)?.sqlName ?? '';
  const own = sql`${sql.identifier(subject)} = ${subjectId}`;
  const [row] = await db.execute<{ was: string | null }>(
    sql`select ${at}::text as was from ${of} where ${own} limit 1`,
  );
  const cast = sql.raw(`::${column.sqlType}`);
  const set = (value: string | null) =>
    db.execute(sql`update ${of} set ${at} = ${value}${cast} where ${own}`);
  try {
    await set(way(row?.was ?? ''));
  } catch {
    return 'refused';
  }
  return () => set(row?.was ?? null);
}
