import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect } from 'vitest';
import { test } from '../server/testing/pg.ts';
import { writeArray } from './array-types.ts';
import { disclosure } from './schema/service.ts';

/** Whatever text a column can hold: quotes, backslashes, commas, braces, line ends, the word NULL. */
const texts = fc.array(
  fc.option(
    fc.oneof(
      fc.constantFrom('', 'NULL', 'null', '{}', '"', '\\', ',', 'a,b', ' x ', '\n', '{"a"}', '\\"'),
      fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
    ),
  ),
);

test('an array of any texts comes back from the database as it went there, by every way', async ({
  connection: { db, sql: client },
}) => {
  await fc.assert(
    fc.asyncProperty(texts, async (values) => {
      const [row] = await client`select ${client.array(values as string[], 1009)}::text[] as array`;
      expect(row?.['array']).toEqual(values);
      const [literal] = await db.execute<{ array: string[] }>(
        sql`select ${writeArray(values)}::text[] as array`,
      );
      expect(literal?.array).toEqual(values);
      const [json] = await client`
        select array(select json_array_elements_text(${JSON.stringify(values)}::text::json)) as array`;
      expect(json?.['array']).toEqual(values);
    }),
    { numRuns: 200 },
  );
});

test('arrays of the other types come back with elements as the driver gives single ones', async ({
  connection: { sql: client },
}) => {
  const [row] = await client`
    select array[true, false, null] as booleans, array[1, -2, null]::smallint[] as smallints,
      array[7, null] as integers, array[9007199254740993]::bigint[] as bigints, 9007199254740993 as one,
      array['a b']::varchar[] as varchars, '{}'::text[] as none,
      array['0198c0de-0000-7000-8000-000000000001']::uuid[] as uuids`;
  expect(row).toEqual({
    booleans: [true, false, null],
    smallints: [1, -2, null],
    integers: [7, null],
    bigints: ['9007199254740993'],
    one: '9007199254740993',
    varchars: ['a b'],
    none: [],
    uuids: ['0198c0de-0000-7000-8000-000000000001'],
  });
});

test('an array column is written and read through its table, by drizzle and by plain SQL', async ({
  connection: { db, sql: client },
}) => {
  const names = ['email', 'a,b', '"quoted"', 'back\\slash', '{}', ''];
  const row = {
    id: randomUUID(),
    subjectId: randomUUID(),
    recipient: 'mail_provider',
    tableName: 'account',
    purpose: 'send_mail',
    disclosedAt: new Date(),
  };
  await db.insert(disclosure).values([
    { ...row, columnNames: names },
    { ...row, id: randomUUID(), columnNames: [] },
  ]);
  const read = (await db.select().from(disclosure)).map(({ columnNames }) => columnNames);
  expect(new Set(read)).toEqual(new Set([names, []]));
  const plain = await client`select column_names from disclosure where 'a,b' = any (column_names)`;
  expect(plain.map((found) => found['column_names'])).toEqual([names]);
});
