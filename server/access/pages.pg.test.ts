import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { subjectTables } from '../../db/data-map/index.ts';
import { visibleColumns } from '../../db/data-map/view.ts';
import { legalHold } from '../../db/schema/hold.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { access, insertMore, type Visitor, visitor } from './testing.ts';

const shownTables = subjectTables.filter((table) => visibleColumns(table).length > 0);
const cursorOf = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');

/** Keys of all rows of a table, page after page. */
async function allKeys(deps: Deps, person: Visitor, table: string): Promise<string[]> {
  const keys: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await access(deps, person).table({ table, cursor });
    keys.push(...page.rows.map(({ key }) => key));
    cursor = page.next ?? undefined;
  } while (cursor);
  return keys;
}

describe('pages', () => {
  test('of rows with one and the same time show each row once', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    const usedAt = new Date();
    await insertMore(deps, ada, { table: 'apiUsage', count: 173, differs: () => ({ usedAt }) });
    const keys = await allKeys(deps, ada, 'apiUsage');
    expect(keys).toHaveLength(174);
    expect(new Set(keys).size).toBe(174);
  });

  test('of rows without a time show each row once', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    const requestId = randomUUID();
    await insertMore(deps, ada, {
      table: 'requestStep',
      count: 120,
      differs: (position) => ({ requestId, position, startedAt: null }),
    });
    const keys = await allKeys(deps, ada, 'requestStep');
    expect([keys.length, new Set(keys).size]).toEqual([121, 121]);
  });

  test('of every table can be turned, and show each row once', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    const paged = shownTables.filter(({ primaryKey, subject }) =>
      primaryKey.some((key) => key !== subject),
    );
    expect(paged.length).toBeGreaterThan(25);
    const [hold] = await connection.db.select({ id: legalHold.id }).from(legalHold);
    for (const table of paged) {
      const texts = table.columns.filter(
        ({ sqlType, storage, column }) =>
          sqlType === 'text' && storage === 'plain' && !column.enumValues?.length,
      );
      const differs = (index: number) => ({
        ...Object.fromEntries(texts.map(({ key }) => [key, `${key} ${index}`])),
        ...(table.name === 'requestStep' ? { position: index + 10 } : {}),
        ...(table.name === 'dataSubjectRequest' ? { state: 'completed' } : {}),
        ...(table.name === 'heldValue' ? { holdId: hold?.id } : {}),
      });
      await insertMore(deps, ada, { table: table.name, count: 60, differs });
      // The first look adds to the log itself.
      await access(deps, ada).section({ section: table.section });
      const keys = await allKeys(deps, ada, table.name);
      const { count } = await access(deps, ada).table({ table: table.name });
      expect([table.name, new Set(keys).size, keys.length]).toEqual([table.name, count, count]);
      expect(count).toBeGreaterThan(60);
    }
  });

  test('do not repeat or lose a row when another arrives between them', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    const now = Date.now();
    const at = (index: number) => ({ usedAt: new Date(now - index * 1_000) });
    await insertMore(deps, ada, { table: 'apiUsage', count: 80, differs: at });
    const first = await access(deps, ada).table({ table: 'apiUsage' });
    await insertMore(deps, ada, {
      table: 'apiUsage',
      count: 5,
      differs: (index) => at(-10 - index),
    });
    const second = await access(deps, ada).table({ table: 'apiUsage', cursor: first.next ?? '' });
    const keys = [...first.rows, ...second.rows].map(({ key }) => key);
    expect([keys.length, new Set(keys).size]).toEqual([81, 81]);
  });

  test('begin nowhere but where a page of this table ended', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    const id = randomUUID();
    const when = '2026-01-01 00:00:00+00';
    const bad = [
      cursorOf('gpu_session', when, id),
      cursorOf('api_usage', when),
      cursorOf('api_usage', when, id, id),
      cursorOf('api_usage', 'yesterday', id),
      cursorOf('api_usage', 'garbage 1', id),
      cursorOf('api_usage', '2026-02-31 00:00:00+00', id),
      cursorOf('api_usage', '2026-01-01 25:00:00+00', id),
      cursorOf('api_usage', '-infinity', id),
      cursorOf('api_usage', when, 'not-an-id'),
      cursorOf('api_usage', when, `${id}'; drop table account`),
      cursorOf('api_usage', 1, id),
      cursorOf('api_usage', null, null),
      Buffer.from('{"a":1}').toString('base64url'),
      Buffer.from('not json').toString('base64url'),
      'AAAA',
      'a b',
      '',
      'x'.repeat(2_000),
    ];
    for (const cursor of bad) {
      expect([
        cursor,
        await refused(access(deps, ada).table({ table: 'apiUsage', cursor })),
      ]).toEqual([cursor, refusal('INPUT_REFUSED')]);
    }
    for (const position of ['2147483648', '1.5', '999999999999999', 'x']) {
      const cursor = cursorOf('request_step', when, id, position);
      expect(await refused(access(deps, ada).table({ table: 'requestStep', cursor }))).toEqual(
        refusal('INPUT_REFUSED'),
      );
    }
    const text = access(deps, ada).table({
      table: 'ingestKey',
      cursor: cursorOf('ingest_key', when, 'a\u0000', 'b'),
    });
    expect(await refused(text)).toEqual(refusal('INPUT_REFUSED'));
    expect(
      await refused(
        access(deps, ada).table({ table: 'apiUsage', cursor: cursorOf('api_usage', when, id) }),
      ),
    ).toBeNull();
  });

  test('of a table that does not exist, or belongs to nobody, are refused', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    for (const table of ['nothing', 'keepKey', 'constructor', 'account; drop table account']) {
      expect(await refused(access(deps, ada).table({ table }))).toEqual(refusal('INPUT_REFUSED'));
    }
  });
});

describe('a count', () => {
  test('is exact up to ten thousand and then says more', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    const add = (rows: number) =>
      connection.db.execute(sql`
      insert into analytics_event (id, subject_id, occurred_at, name, surface)
      select gen_random_uuid(), ${ada.subjectId}, now(), 'opened', 'console' from generate_series(1, ${rows}::int)`);
    await add(9_999);
    expect((await access(deps, ada).table({ table: 'analyticsEvent' })).count).toBe(10_000);
    await add(2_000);
    expect((await access(deps, ada).table({ table: 'analyticsEvent' })).count).toBe(10_001);
    const usage = (await access(deps, ada).overview({})).flatMap(({ tables }) => tables);
    expect(usage.find(({ name }) => name === 'analyticsEvent')?.count).toBe(10_001);
  });
});

describe('a search', () => {
  test('finds plain text wherever it stands in it, in any case, and says what it did not look into', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    await insertMore(deps, ada, {
      table: 'apiUsage',
      count: 3,
      differs: (index) => ({ route: `/v1/Rare-Route/${index}` }),
    });
    const { hits, notSearched } = await access(deps, ada).search({ search: 'rare-route' });
    expect(hits.map(({ name, count }) => [name, count])).toEqual([['apiUsage', 3]]);
    expect(notSearched).toContain('Account: Name');
    const page = await access(deps, ada).table({ table: 'apiUsage', search: 'rare-route/1' });
    expect([page.count, page.rows.length]).toEqual([1, 1]);
  });

  test('takes percent signs, underscores and backslashes as they are', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    const routes = ['/50%off', '/a_b', '/a\\b', '/axb', '/50 off'];
    await insertMore(deps, ada, {
      table: 'apiUsage',
      count: routes.length,
      differs: (index) => ({ route: routes[index] }),
    });
    const found = async (search: string) => {
      const { columns, rows } = await access(deps, ada).table({ table: 'apiUsage', search });
      return rows.map(({ values }) => values[columns.findIndex(({ key }) => key === 'route')]);
    };
    expect(await found('50%')).toEqual(['/50%off']);
    expect(await found('a_b')).toEqual(['/a_b']);
    expect(await found('a\\b')).toEqual(['/a\\b']);
    expect(await found('%%')).toEqual([]);
    expect(await found("' or true --")).toEqual([]);
  });

  test('for nothing, or for what cannot stand in a text, is refused', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    for (const search of ['', '   ', 'a\u0000b', '\ud800', 'x'.repeat(101)]) {
      expect(await refused(access(deps, ada).search({ search }))).toEqual(refusal('INPUT_REFUSED'));
    }
  });
});
