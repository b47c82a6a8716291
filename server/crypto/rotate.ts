import { and, asc, eq, isNull, ne, sql } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import { keepKey, keyCheck, subjectKey } from '../../db/schema/key.ts';
import type { Vault } from './vault.ts';

/** Rows of one transaction: an interruption loses the work of a moment. */
const BATCH = 500;
const wrappedTables = [
  { table: subjectKey, id: subjectKey.subjectId },
  { table: keepKey, id: keepKey.id },
] as const;

/** A version of the wrapping key, and how many keys are wrapped under it. */
export type KeyVersion = {
  version: number;
  since: Date;
  retiredAt: Date | null;
  keys: number;
};

/** Every version this database has seen, the oldest first. */
export async function keyVersions(db: Db | Tx): Promise<KeyVersion[]> {
  const checks = await db.select().from(keyCheck).orderBy(asc(keyCheck.kekVersion));
  const found: KeyVersion[] = [];
  for (const { kekVersion: version, createdAt: since, retiredAt } of checks) {
    let keys = 0;
    for (const { table } of wrappedTables)
      keys += await db.$count(table, eq(table.kekVersion, version));
    found.push({ version, since, retiredAt, keys });
  }
  return found;
}

/**
 * Wraps every key anew that is not under the current version, in short transactions. What was interrupted
 * goes on with the rows that are left; keys themselves and what they sealed stay as they are.
 * @param progress told the number of keys after each transaction
 * @returns number of keys that were wrapped anew
 */
export async function rewrapKeys(
  db: Db,
  vault: Vault,
  progress: (keys: number) => void = () => {},
): Promise<number> {
  let done = 0;
  for (const { table, id } of wrappedTables) {
    for (;;) {
      const current = vault.currentVersion();
      const taken = await db.transaction(async (tx) => {
        const rows = await tx
          .select({ id, kekVersion: table.kekVersion, wrapped: table.wrapped })
          .from(table)
          .where(ne(table.kekVersion, current))
          .limit(BATCH)
          .for('update');
        const anew = rows.map((row) => {
          const { kekVersion, wrapped } = vault.rewrap(row.id, row);
          return { id: row.id, version: kekVersion, wrapped };
        });
        await tx.execute(sql`
          update ${table} set kek_version = n.version, wrapped = n.wrapped
          from json_to_recordset(${JSON.stringify(anew)}::json) as n(id uuid, version int, wrapped text)
          where ${id} = n.id`);
        return rows.length;
      });
      if (taken === 0) break;
      done += taken;
      progress(done);
    }
  }
  return done;
}

/**
 * Marks a version as one that nothing may be wrapped under any more.
 * @returns how many keys are still under it; it is retired only where there are none
 */
export async function retireVersion(
  db: Db,
  { version, now }: { version: number; now: Date },
): Promise<number> {
  return db.transaction(async (tx) => {
    // Waits for whoever is about to insert, and is asked by everybody who comes later.
    await tx.execute(sql`lock table subject_key, keep_key in share row exclusive mode`);
    let left = 0;
    for (const { table } of wrappedTables)
      left += await tx.$count(table, eq(table.kekVersion, version));
    if (left === 0)
      await tx
        .update(keyCheck)
        .set({ retiredAt: now })
        .where(and(eq(keyCheck.kekVersion, version), isNull(keyCheck.retiredAt)));
    return left;
  });
}
