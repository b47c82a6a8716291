import { eq, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { test as base, inject } from 'vitest';
import { generateKeyring, parseKeyring } from '../../server/crypto/keyring.ts';
import { createVault, type Vault } from '../../server/crypto/vault.ts';
import { cloneTemplate } from '../../server/testing/database.ts';
import { type Connection, connect } from '../connect.ts';
import type { MapTable } from '../data-map/index.ts';
import { account } from '../schema/account.ts';
import type { Sealed } from '../schema/column.ts';
import type { DemoFile } from './personas.ts';
import { seedWorld } from './world.ts';

/** The moment for which the world is made. */
export const now = new Date();

/** A seeded database, also as its owner, who no policy binds. */
export type Seeded = { connection: Connection; owner: Connection; vault: Vault; demo: DemoFile };

/** One database for the file: the tests read, and take back what they write. */
export const test = base.extend<{ $file: { seeded: Seeded } }>({
  seeded: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures from the pattern.
    async ({}, use) => {
      const { url, drop } = await cloneTemplate(inject('templateUrl'));
      const [connection, owner] = [connect(url, { max: 4 }), connect(url, { max: 2, role: null })];
      const vault = createVault(parseKeyring(generateKeyring()));
      await use({ connection, owner, vault, demo: await seedWorld({ connection, vault, now }) });
      await connection.close();
      await owner.close();
      await drop();
    },
    { scope: 'file' },
  ],
});

/** The account of an address. */
export async function accountOf({ connection: { db }, vault }: Seeded, email: string) {
  const [row] = await db
    .select()
    .from(account)
    .where(eq(account.emailIndex, vault.emailIndex(email)));
  if (!row) throw new Error(`nobody has the address ${email}`);
  return row;
}

/** The `n` of a counting statement. */
export async function countOf({ connection }: Seeded, query: SQL): Promise<number> {
  const [row] = await connection.db.execute<{ n: string }>(query);
  return Number(row?.n ?? 0);
}

/** Opens every sealed value of a table and throws at one that does not open; the number opened. */
export async function openAll(
  { connection: { db }, vault }: Seeded,
  table: MapTable,
): Promise<number> {
  const sealed = table.columns.filter(({ storage }) => storage === 'sealed');
  if (sealed.length === 0) return 0;
  let opened = 0;
  for (const row of (await db.select().from(table.table as PgTable)) as Record<string, unknown>[]) {
    const key = await vault.subjectKey(db, String(row[table.subject]));
    for (const column of sealed) {
      const text = row[column.key];
      if (typeof text !== 'string') continue;
      vault.unseal(key, `${table.sqlName}.${column.sqlName}`, text as Sealed);
      opened += 1;
    }
  }
  return opened;
}
