import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { generateKeyring, parseKeyring } from '../server/crypto/keyring.ts';
import { createVault } from '../server/crypto/vault.ts';
import { fillPerson } from '../server/testing/fill.ts';
import { test } from '../server/testing/pg.ts';
import { type Connection, connect, withSubject } from './connect.ts';
import { account } from './schema/account.ts';

const now = new Date();
const TIMES = 6;

/** Texts that a connection of the server keeps prepared. */
async function preparedOf({ sql }: Connection): Promise<string[]> {
  const rows = await sql<{ statement: string }[]>`select statement from pg_prepared_statements`;
  return rows.map(({ statement }) => statement);
}

describe('statements that come again and again', () => {
  test('are prepared, and see each time what the role and the subject of that time may see', async ({
    databaseUrl,
  }) => {
    const one = connect(databaseUrl, { max: 1 });
    const vault = createVault(parseKeyring(generateKeyring()));
    const ada = await fillPerson(one.db, vault, { tag: 'ada', now });
    const eve = await fillPerson(one.db, vault, { tag: 'eve', now });
    const everybody = (tx: Pick<typeof one.db, 'select'>) =>
      tx.select({ id: account.subjectId }).from(account).where(eq(account.role, 'customer'));
    for (let time = 0; time < TIMES; time += 1) {
      for (const { subjectId } of [ada, eve])
        expect(await withSubject(one.db, subjectId, 'read', everybody)).toEqual([
          { id: subjectId },
        ]);
      expect(await everybody(one.db)).toHaveLength(2);
      const nobody = await withSubject(one.db, crypto.randomUUID(), 'write', everybody);
      expect(nobody).toEqual([]);
    }
    const kept = (await preparedOf(one)).filter((text) => text.startsWith('select "subject_id"'));
    expect(kept).toHaveLength(1);
    await one.close();
  });

  test('are those alone: what comes seldom, or with a text for each number of rows, is not kept', async ({
    databaseUrl,
  }) => {
    const one = connect(databaseUrl, { max: 1 });
    const count = (ids: readonly string[]) =>
      one.sql.unsafe(
        `select count(*)::int as n from account where subject_id::text in (${ids.map((_, at) => `$${at + 1}`).join(', ')})`,
        [...ids],
      );
    await count(['once']);
    const many = Array.from({ length: 41 }, (_, at) => `${at}`);
    for (let time = 0; time < TIMES; time += 1) expect(await count(many)).toMatchObject([{ n: 0 }]);
    expect((await preparedOf(one)).filter((text) => text.includes('count(*)'))).toEqual([]);
    await one.close();
  });

  test('go on when a table they read has changed since', async ({ databaseUrl, owner }) => {
    const one = connect(databaseUrl, { max: 1 });
    const read = () => one.db.select().from(account).where(eq(account.country, 'DE'));
    for (let time = 0; time < TIMES; time += 1) await read();
    await owner.sql`alter table account add column shoe_size integer`;
    await owner.sql`alter table account alter column country type text`;
    expect(await read()).toEqual([]);
    await one.close();
  });
});
