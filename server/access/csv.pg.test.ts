import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { parse } from 'csv-parse/sync';
import { and, eq } from 'drizzle-orm';
import express from 'express';
import { describe, expect } from 'vitest';
import { subjectTables } from '../../db/data-map/index.ts';
import { visibleColumns } from '../../db/data-map/view.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { test as base } from '../testing/pg.ts';
import { csvRoutes } from './csv.ts';
import { csvCell } from './csv-cell.ts';
import { insertMore, type Visitor, visitor } from './testing.ts';

type Download = (
  table: string,
  person: Visitor | null,
  headers?: Record<string, string>,
) => Promise<Response>;

/** Fetches tables from a server of the test's own. */
const test = base.extend<{ deps: Deps; download: Download }>({
  deps: ({ connection }, use) => use(testDeps(connection)),
  download: async ({ deps }, use) => {
    const server = express().use(csvRoutes(deps)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await use((table, person, headers = {}) => {
      const cookie = person ? { cookie: `sid=${person.jar.tokens.user}` } : {};
      return fetch(`http://127.0.0.1:${port}/download/csv/${table}`, {
        redirect: 'manual',
        headers: { ...cookie, ...headers },
      });
    });
    server.closeAllConnections();
    server.close();
  },
});

const rowsOf = async (answer: Response): Promise<string[][]> =>
  parse(await answer.text(), { bom: true });

describe('a table as a file', () => {
  test('holds every row of its person and nobody else’s, with a heading and a date', async ({
    deps,
    download,
  }) => {
    const [ada, eve] = [await visitor(deps, 'adaline'), await visitor(deps, 'evelyn')];
    await insertMore(deps, ada, {
      table: 'apiUsage',
      count: 2_500,
      differs: (index) => ({ route: `/v1/${index}` }),
    });
    const answer = await download('apiUsage', ada);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename="easellm-api-usage.csv"',
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const [head, ...rows] = await rowsOf(answer);
    const table = subjectTables.find(({ name }) => name === 'apiUsage');
    expect(head).toEqual([
      ...visibleColumns(table ?? { columns: [] }).map(({ label }) => label),
      'Deletes on',
    ]);
    expect(rows).toHaveLength(2_501);
    expect(new Set(rows.map((row) => row.find((cell) => cell.startsWith('/v1/')))).size).toBe(
      2_501,
    );
    for (const row of rows) expect(row.at(-1)).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(JSON.stringify(rows)).not.toContain(eve.tag);
  });

  test('is given of every table that shows something, opened and without secrets', async ({
    deps,
    download,
  }) => {
    const ada = await visitor(deps, 'adaline');
    for (const table of subjectTables) {
      const answer = await download(table.name, ada);
      const shown = visibleColumns(table);
      expect([table.name, answer.status]).toEqual([table.name, shown.length > 0 ? 200 : 404]);
      const text = await answer.text();
      for (const { sqlName, storage, kind } of table.columns) {
        const place = new RegExp(`adaline in ${table.sqlName}\\.${sqlName}\\b`);
        if (kind === 'secret' || kind === 'technical') expect(text).not.toMatch(place);
        else if (storage === 'sealed' && sqlName !== 'email') expect(text).toMatch(place);
      }
    }
  });

  test('is recorded on every download, and not when there is no such table', async ({
    deps,
    download,
    connection,
  }) => {
    const ada = await visitor(deps, 'ada');
    await (await download('invoice', ada)).text();
    await (await download('invoice', ada)).text();
    await (await download('nothing', ada)).text();
    const events = and(
      eq(auditEvent.action, 'data.exported_table'),
      eq(auditEvent.subjectId, ada.subjectId),
    );
    const rows = await connection.db.select().from(auditEvent).where(events);
    expect(rows.map(({ sections }) => sections)).toEqual([['billing'], ['billing']]);
  });

  test('is not given to a browser nobody is signed in to, nor to another site', async ({
    deps,
    download,
    connection,
  }) => {
    const ada = await visitor(deps, 'ada');
    const stranger = await download('invoice', null);
    expect([stranger.status, stranger.headers.get('location')]).toEqual([303, '/sign-in']);
    for (const site of ['cross-site', 'same-site']) {
      expect((await download('invoice', ada, { 'sec-fetch-site': site })).status).toBe(403);
    }
    expect(
      await connection.db.$count(auditEvent, eq(auditEvent.action, 'data.exported_table')),
    ).toBe(0);
  });

  test('runs nothing in a spreadsheet', async ({ deps, download }) => {
    const ada = await visitor(deps, 'ada');
    const routes = ['=cmd|calc', '+1', '-1', '@sum', '\t=1', '\r=1', '\n=1', '＝1', 'a,"b"\r\nc'];
    await insertMore(deps, ada, {
      table: 'apiUsage',
      count: routes.length,
      differs: (index) => ({ route: routes[index] }),
    });
    const [head, ...rows] = await rowsOf(await download('apiUsage', ada));
    const column = head?.indexOf('Route') ?? -1;
    const cells = rows.map((row) => row[column] ?? '').filter((cell) => !cell.startsWith('ada in'));
    expect(cells.sort()).toEqual(
      [...routes.slice(0, -1).map((route) => `'${route}`), 'a,"b"\r\nc'].sort(),
    );
  });
});

describe('a cell', () => {
  test.for([
    [null, ''],
    [0, '0'],
    [-5, '-5'],
    [true, 'true'],
    ['plain', 'plain'],
    ['=1+1', "'=1+1"],
    [['a', 'b'], 'a; b'],
    [['=a', 'b'], "'=a; b"],
    ['', ''],
  ] as const)('of %j is %j', ([value, cell]) => {
    expect(csvCell(value)).toBe(cell);
  });
});
