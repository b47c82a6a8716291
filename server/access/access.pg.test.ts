import { and, eq, sql } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { subjectTables } from '../../db/data-map/index.ts';
import { visibleColumns } from '../../db/data-map/view.ts';
import { type Section, sections } from '../../db/data-map/vocabulary.ts';
import { auditEvent } from '../../db/schema/audit.ts';
import type { Deps } from '../deps.ts';
import { testDeps } from '../testing/deps.ts';
import { callerFor, emptyJar } from '../testing/people.ts';
import { test } from '../testing/pg.ts';
import { refusal, refused } from '../testing/refused.ts';
import { access, anotherSession, insertMore, type Visitor, visitor } from './testing.ts';

const everySection = Object.keys(sections) as Section[];
const shownTables = subjectTables.filter((table) => visibleColumns(table).length > 0);

/** Everything *Your data* says to somebody, page by page. */
async function everything(deps: Deps, person: Visitor) {
  const pages = access(deps, person);
  const chapters = await Promise.all(everySection.map((section) => pages.section({ section })));
  const tables = await Promise.all(shownTables.map(({ name }) => pages.table({ table: name })));
  const found = await pages.search({ search: person.tag });
  return { overview: await pages.overview({}), chapters, tables, found };
}

describe('your data', () => {
  test('shows every table that holds something about a person, in exactly one chapter', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    const { overview, chapters } = await everything(deps, ada);
    const expected = shownTables.map(({ name }) => name).sort();
    expect(overview.flatMap(({ tables }) => tables.map(({ name }) => name)).sort()).toEqual(
      expected,
    );
    expect(chapters.flatMap(({ tables }) => tables.map(({ name }) => name)).sort()).toEqual(
      expected,
    );
    expect(expected.length).toBeGreaterThan(30);
    for (const { count, rows, name } of chapters.flatMap(({ tables }) => tables)) {
      expect([name, count > 0, rows.length > 0]).toEqual([name, true, true]);
    }
  });

  test('shows every visible column with its value, opened when it was sealed', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    for (const table of shownTables) {
      const { columns, rows } = await access(deps, ada).table({ table: table.name });
      expect(columns.map(({ key }) => key)).toEqual(visibleColumns(table).map(({ key }) => key));
      for (const { values } of rows) expect(values).toHaveLength(columns.length);
      const sealed = visibleColumns(table).filter(({ storage }) => storage === 'sealed');
      for (const { sqlName } of sealed) {
        if (`${table.sqlName}.${sqlName}` === 'account.email') continue;
        expect(JSON.stringify(rows)).toContain(`ada in ${table.sqlName}.${sqlName}`);
      }
    }
  });

  test('never shows another person’s row, on no page, by no search', async ({ connection }) => {
    const deps = testDeps(connection);
    const [ada, eve] = [await visitor(deps, 'adaline'), await visitor(deps, 'evelyn')];
    for (const [person, other] of [
      [ada, eve],
      [eve, ada],
    ] as const) {
      const said = JSON.stringify(await everything(deps, person));
      expect(said).toContain(person.tag);
      expect(said).not.toContain(other.tag);
      expect(said).not.toContain(other.subjectId);
      expect((await access(deps, person).search({ search: other.tag })).hits).toEqual([]);
    }
  });

  test('never returns a secret, nor a technical column, nor a value that is still sealed', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    const answers = await everything(deps, ada);
    const said = JSON.stringify(answers);
    for (const table of subjectTables) {
      const secrets = table.columns.filter(({ kind }) => kind === 'secret');
      for (const { sqlName, storage } of secrets) {
        const stored = await connection.db.execute<{ value: string }>(
          sql`select ${sql.identifier(sqlName)}::text as value from ${sql.identifier(table.sqlName)}`,
        );
        for (const { value } of stored)
          expect([table.name, sqlName, said.includes(value)]).toEqual([table.name, sqlName, false]);
        if (storage === 'sealed') expect(said).not.toContain(`ada in ${table.sqlName}.${sqlName}`);
      }
    }
    const hidden = new Map(
      subjectTables.map((table) => [
        table.name,
        table.columns.filter(({ kind }) => kind === 'technical' || kind === 'secret'),
      ]),
    );
    for (const { name, columns } of answers.tables) {
      const keys = columns.map(({ key }) => key);
      for (const { key } of hidden.get(name) ?? []) expect(keys).not.toContain(key);
    }
    expect(said).not.toMatch(/"v1\./);
  });

  test('keeps a secret out of the place where the next page begins', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    const createdAt = new Date();
    await insertMore(deps, ada, {
      table: 'session',
      count: 60,
      differs: (index) => ({ id: `secret-${index}`, createdAt }),
    });
    const { rows, next } = await access(deps, ada).table({ table: 'session' });
    const rest = await access(deps, ada).table({ table: 'session', cursor: next ?? '' });
    expect(rows.length + rest.rows.length).toBe(62);
    expect(JSON.stringify(rows)).not.toContain('secret-');
    expect(Buffer.from(next ?? '', 'base64url').toString()).not.toContain('secret-');
  });

  test('says nothing to a browser nobody is signed in to', async ({ connection }) => {
    const deps = testDeps(connection);
    const stranger = callerFor(deps, emptyJar()).access;
    expect(await refused(stranger.section({ section: 'account' }))).toEqual(refusal('SIGNED_OUT'));
    expect(await refused(stranger.search({ search: 'a' }))).toEqual(refusal('SIGNED_OUT'));
  });

  test('shows an event that is held back only when its time has come', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    const before = await access(deps, ada).table({ table: 'auditEvent' });
    const visibleFrom = new Date(Date.now() + 3_600_000);
    await insertMore(deps, ada, {
      table: 'auditEvent',
      count: 1,
      differs: () => ({ visibleFrom, occurredAt: new Date(), actorLabel: 'Held back' }),
    });
    const after = await access(deps, ada).table({ table: 'auditEvent' });
    expect(after.count).toBe(before.count + 1);
    expect(JSON.stringify(after)).not.toContain('Held back');
    expect((await access(deps, ada).search({ search: 'Held back' })).hits).toEqual([]);
    const log = await callerFor(deps, ada.jar).audit.log({ actor: 'all' });
    expect(JSON.stringify(log)).not.toContain('Held back');
    // Of what was done ten days ago no bar has come.
    await insertMore(deps, ada, {
      table: 'auditEvent',
      count: 1,
      differs: () => ({ visibleFrom, actorLabel: 'Not any more' }),
    });
    const shown = await access(deps, ada).table({ table: 'auditEvent' });
    expect(JSON.stringify(shown)).toContain('Not any more');
  });
});

describe('a person’s own look', () => {
  const looks = (deps: Deps, { subjectId }: Visitor, section: Section) => {
    const own = and(
      eq(auditEvent.subjectId, subjectId),
      eq(auditEvent.action, 'data.viewed'),
      sql`${auditEvent.sections} @> array[${section}]::text[]`,
    );
    return deps.connection.db.$count(auditEvent, own);
  };

  test('is recorded once for each session and chapter', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    await access(deps, ada).overview({});
    expect(await looks(deps, ada, 'billing')).toBe(0);
    await access(deps, ada).section({ section: 'billing' });
    await access(deps, ada).section({ section: 'billing' });
    await access(deps, ada).table({ table: 'invoice' });
    expect(await looks(deps, ada, 'billing')).toBe(1);
    expect(await looks(deps, ada, 'usage')).toBe(0);
    await access(deps, { jar: await anotherSession(deps, ada.subjectId) }).table({
      table: 'invoice',
    });
    expect(await looks(deps, ada, 'billing')).toBe(2);
  });

  test('is recorded once also when twelve pages open at once', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    const twelve = Array.from({ length: 12 }, () => access(deps, ada));
    // Every connection of the pool is open before it counts.
    await Promise.all(twelve.map((page) => page.overview({})));
    await Promise.all(twelve.map((page) => page.table({ table: 'invoice' })));
    expect(await looks(deps, ada, 'billing')).toBe(1);
  });

  test('by search is recorded for the chapters it found something in', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await visitor(deps, 'ada');
    const { hits } = await access(deps, ada).search({ search: 'in api_usage.route' });
    expect(hits.map(({ name }) => name)).toEqual(['apiUsage']);
    expect([await looks(deps, ada, 'usage'), await looks(deps, ada, 'billing')]).toEqual([1, 0]);
  });
});
