import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const client = join(import.meta.dirname, '..');
const ids = readdirSync(client, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !path.includes('.test.'))
  .flatMap((path) =>
    [
      ...readFileSync(join(client, path), 'utf8').matchAll(/\bid:\s*'([^']+)',\s*defaultMessage:/g),
    ].map(([, id = '']) => id),
  );

test('no two sentences of the client share an id', () => {
  expect(ids.length).toBeGreaterThan(200);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});
