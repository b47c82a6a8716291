import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repoFile } from './testing/repo-file.ts';

const root = join(import.meta.dirname, '..');

/** Where SQL is put together from names, each with whose names they are. */
const fromNames: Record<string, string> = {
  'db/app-login.ts': 'a login of the settings, which PostgreSQL quotes',
  'db/embedded/server-process.ts': 'a constant',
  'db/migrate.ts': 'a migration, whole',
  'db/seed/bulk.ts': 'tables and columns of the schema',
  'db/data-map/erase.ts': 'tables and columns of the data map',
  'db/data-map/erasure-plan.ts': 'tables and columns of the data map',
  'db/data-map/expire.ts': 'tables and columns of the data map',
  'db/data-map/export.ts': 'tables and columns of the data map',
  'db/data-map/held.ts': 'tables and columns of the data map',
  'db/data-map/view.ts': 'tables and columns of the data map',
  'server/audit/shown.ts': 'a condition of the data map',
  'server/image/serve.ts': 'a database for the check of the image',
  'server/oversight/customers.ts': 'tables and columns of the data map',
  'server/requests/erasure/keep.ts': 'tables and columns of the data map',
  'server/retention/months.ts': 'partitions, as PostgreSQL lists them',
};
const TEXT = /\bsql\.(raw|identifier)\(|\.unsafe\(/;
/** What a portal runs: neither its tests nor what they share. */
const sources = ['server', 'db', 'client']
  .flatMap((room) =>
    readdirSync(join(root, room), { recursive: true }).map((name) => `${room}/${String(name)}`),
  )
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /\.(tsx?|mjs)$/.test(name))
  .filter((name) => !/\.test\.tsx?$|\/testing\/|\/testing\.ts$/.test(name));

describe('SQL', () => {
  test('is put together from texts nowhere but where its names are ours', () => {
    expect(sources.length).toBeGreaterThan(400);
    const found = sources.filter((name) => TEXT.test(repoFile(name)));
    expect(found.sort()).toEqual(Object.keys(fromNames).sort());
  });

  test('and no file where procedures are written does it', () => {
    const rooms = sources.filter((name) => /(router|procedures|input)\.ts$/.test(name));
    expect(rooms.length).toBeGreaterThan(15);
    for (const name of rooms) expect([name, TEXT.test(repoFile(name))]).toEqual([name, false]);
  });
});
