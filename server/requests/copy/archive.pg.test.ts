import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { subjectTableNamed, subjectTables } from '../../../db/data-map/index.ts';
import { visibleColumns } from '../../../db/data-map/view.ts';
import { account } from '../../../db/schema/account.ts';
import { exportArchive } from '../../../db/schema/request.ts';
import { canonicalJson, type Json } from '../../crypto/canonical.ts';
import type { Deps } from '../../deps.ts';
import { testDeps } from '../../testing/deps.ts';
import { type FilledPerson, filledRow, insertRow } from '../../testing/fill.ts';
import { test } from '../../testing/pg.ts';
import {
  ask,
  download,
  everySection,
  insertFilled,
  insertSessions,
  unzip,
  watchedStore,
  work,
} from './testing.ts';

type Manifest = {
  reference: string;
  snapshotAt: string;
  sections: { name: string }[];
  files: { path: string; bytes: number; rows: number | null; sha256: string }[];
  tables: {
    name: string;
    rows: number;
    unreadable: number;
    columns: { key: string; label: string; source: string; purposes: { basis: string }[] }[];
    files: { json: string; csv: string };
  }[];
  signature: { publicKey: string; value: string };
};

async function copyOf(deps: Deps, person: FilledPerson, chosen = everySection) {
  const { reference, id } = await ask(deps, person, chosen);
  await work(deps);
  const zip = await download(deps, person, reference);
  const files = await unzip(zip);
  const text = (path: string) => files.get(path)?.toString() ?? '';
  return {
    reference,
    id,
    zip,
    files,
    text,
    manifest: JSON.parse(text('manifest.json')) as Manifest,
  };
}

describe('a copy', () => {
  test('opens, and every file has the size, rows and hash that its signed manifest says', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertFilled(deps, 'ada-lindqvist');
    const { reference, id, zip, files, text, manifest } = await copyOf(deps, ada);

    expect([...files.keys()].at(-1)).toBe('manifest.json');
    expect(manifest.files.map(({ path }) => path)).toEqual(
      [...files.keys()].filter((path) => path !== 'manifest.json'),
    );
    expect(manifest.reference).toBe(reference);
    for (const { path, bytes, sha256 } of manifest.files) {
      expect(files.get(path)?.length).toBe(bytes);
      expect(
        createHash('sha256')
          .update(files.get(path) ?? '')
          .digest('hex'),
      ).toBe(sha256);
    }
    expect(manifest.tables.length).toBe(
      subjectTables.filter((table) => visibleColumns(table).length > 0).length,
    );
    for (const {
      rows,
      unreadable,
      columns,
      files: { json, csv },
    } of manifest.tables) {
      const objects = JSON.parse(text(json)) as Record<string, unknown>[];
      const lines = parse(text(csv), { bom: true }) as string[][];
      expect(objects.length).toBe(rows);
      expect(lines.length).toBe(rows + 1);
      expect(lines[0]).toEqual(columns.map(({ key }) => key));
      for (const object of objects) expect(Object.keys(object)).toEqual(lines[0]);
      for (const path of [json, csv])
        expect(manifest.files.find((file) => file.path === path)?.rows).toBe(rows);
      for (const { label, source, purposes } of columns)
        expect(label && source && purposes[0]?.basis).toBeTruthy();
      expect(unreadable).toBe(0);
    }
    const { signature, ...signed } = manifest;
    expect(deps.vault.verify(canonicalJson(signed as unknown as Json), signature.value)).toBe(true);
    const [row] = await connection.db
      .select()
      .from(exportArchive)
      .where(eq(exportArchive.requestId, id));
    expect(row).toMatchObject({
      plainBytes: zip.length,
      sha256: createHash('sha256').update(zip).digest('hex'),
      snapshotAt: new Date(manifest.snapshotAt),
    });
  });

  test("holds every personal text of its person, and no secret, no technical text and nothing of anybody else's", async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertFilled(deps, 'ada-lindqvist');
    await insertFilled(deps, 'bo-castellane');
    const { files } = await copyOf(deps, ada);
    const json = [...files]
      .filter(([path]) => path.startsWith('json/'))
      .map(([, content]) => content.toString())
      .join('');
    const all = [...files.values()].map((content) => content.toString()).join('');

    const placesOf = (wanted: (kind: string) => boolean) =>
      subjectTables
        .filter(({ name }) => name !== 'dataSubjectRequest' && name !== 'exportArchive')
        .flatMap((table) =>
          table.columns
            .filter(
              ({ kind, column, sqlType, key }) =>
                wanted(kind) && sqlType === 'text' && !column.enumValues && key !== 'emailIndex',
            )
            .map(({ sqlName }) => `ada-lindqvist in ${table.sqlName}.${sqlName}`),
        )
        .filter((place) => !place.endsWith('account.email'));
    const personal = placesOf((kind) => kind === 'personal' || kind === 'pseudonymous');
    const hidden = placesOf((kind) => kind === 'secret' || kind === 'technical');
    expect(personal.length).toBeGreaterThan(40);
    expect(hidden.length).toBeGreaterThan(10);
    expect(personal.filter((text) => !json.includes(`"${text}"`))).toEqual([]);
    expect(hidden.filter((text) => all.includes(`"${text}"`) || all.includes(`>${text}<`))).toEqual(
      [],
    );
    expect(json).toContain(ada.email);
    expect(all).not.toContain('bo-castellane');
    // No sealed value either as it lies in the database.
    expect(all).not.toMatch(/v1\.[A-Za-z0-9_-]{16}\./);
  });

  test('holds only the chosen chapters', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertFilled(deps, 'ada-lindqvist');
    const { files, manifest, text } = await copyOf(deps, ada, ['usage', 'account']);
    expect(manifest.sections.map(({ name }) => name)).toEqual(['account', 'usage']);
    const sections = manifest.tables.map(({ name }) => subjectTableNamed(name).section);
    expect(new Set(sections)).toEqual(new Set(['account', 'usage']));
    expect(files.has('json/invoice.json')).toBe(false);
    expect(text('README.txt')).toMatch(/Not chosen: {2}Billing/);
  });

  test('lies in the store without a readable byte', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertFilled(deps, 'ada-lindqvist');
    const { id, zip } = await copyOf(deps, ada);
    const [name = ''] = await deps.exportStore.list();
    expect(name).toContain(id);
    const sealed = await readFile(`${deps.env.DATA_DIR}/${name}`);
    // Long enough that chance does not write them.
    for (const plain of ['ada-lindqvist', 'README.txt', 'manifest.json'])
      expect(sealed.includes(plain)).toBe(false);
    expect(sealed.includes(zip.subarray(0, 64))).toBe(false);
  });

  test('runs nothing, whatever a value says: neither in a spreadsheet nor on the page', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertFilled(deps, 'ada-lindqvist');
    const hostile = [
      '=cmd|"/c calc"!A1',
      '+1+1',
      '-1+1',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      `"><script>alert('x')</script><img src=x onerror=alert(1)>`,
    ];
    const ticket = subjectTableNamed('supportTicket');
    for (const [index, value] of hostile.entries()) {
      const row = filledRow(deps.vault, ticket, { ...ada, tag: `ada-${index}`, now: deps.clock() });
      await insertRow(connection.db, ticket, {
        ...row,
        subjectLine: deps.vault.seal(ada.key, 'support_ticket.subject_line', value),
      });
    }
    const { text, files, manifest } = await copyOf(deps, ada);

    const exact = (JSON.parse(text('json/supportTicket.json')) as { subjectLine: string }[]).map(
      (row) => row.subjectLine,
    );
    expect(exact).toEqual(expect.arrayContaining(hostile));
    for (const {
      files: { csv },
    } of manifest.tables) {
      const cells = (parse(text(csv), { bom: true }) as string[][]).flat();
      expect(
        cells.filter((cell) => /^[=+\-@\t\r]/.test(cell) && Number.isNaN(Number(cell))),
      ).toEqual([]);
    }
    expect(text('csv/supportTicket.csv')).toContain(`'=cmd|""/c calc""!A1`);
    const html = text('index.html');
    expect(html).not.toMatch(/<(script|img|link|iframe|object|form)\b/i);
    expect(html).toContain('&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;');
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
    expect(html).toContain(
      `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    );
    expect(
      [...html.matchAll(/(?:href|src)="([^"]*)"/g)]
        .map(([, target]) => target ?? '')
        .filter((target) => !target.startsWith('#') && !files.has(target)),
    ).toEqual([]);
  });

  test('does not show events that may not be shown yet', async ({ connection }) => {
    const deps = testDeps(connection);
    const ada = await insertFilled(deps, 'ada-lindqvist');
    const events = subjectTableNamed('auditEvent');
    const row = filledRow(deps.vault, events, { ...ada, tag: 'later', now: deps.clock() });
    await insertRow(connection.db, events, {
      ...row,
      occurredAt: new Date(),
      visibleFrom: new Date(Date.now() + 86_400_000),
    });
    const { files } = await copyOf(deps, ada);
    for (const content of files.values())
      expect(content.includes('later in audit_event')).toBe(false);
  });

  test('names values that the key of the person does not open, instead of losing their rows', async ({
    connection,
  }) => {
    const deps = testDeps(connection);
    const ada = await insertFilled(deps, 'ada-lindqvist');
    const { key } = deps.vault.newSubjectKey(ada.subjectId, deps.clock());
    await connection.db
      .update(account)
      .set({ phone: deps.vault.seal(key, 'account.phone', 'sealed with another key') })
      .where(eq(account.subjectId, ada.subjectId));
    const { text, manifest } = await copyOf(deps, ada, ['account']);
    expect(JSON.parse(text('json/account.json'))[0]).toMatchObject({
      phone: null,
      email: ada.email,
    });
    expect(manifest.tables.find(({ name }) => name === 'account')?.unreadable).toBeGreaterThan(0);
  });

  test('shows one moment: what arrives while it is made is in none of its files', async ({
    connection,
  }) => {
    const inner = testDeps(connection);
    let arrived = 0;
    const deps = {
      ...inner,
      exportStore: watchedStore(inner.exportStore, async () => {
        if (arrived++ === 0) await insertSessions(inner, ada, 10);
      }),
    };
    const ada = await insertFilled(deps, 'ada-lindqvist');
    await insertSessions(deps, ada, 5_000);
    const { text, manifest } = await copyOf(deps, ada, ['usage']);
    expect(arrived).toBeGreaterThan(1);
    const rows = manifest.tables.find(({ name }) => name === 'gpuSession')?.rows;
    expect(rows).toBe(5_001);
    expect(JSON.parse(text('json/gpuSession.json')).length).toBe(rows);
    expect((parse(text('csv/gpuSession.csv'), { bom: true }) as unknown[]).length).toBe(5_002);
  });
});
