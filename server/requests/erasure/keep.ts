import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { deleteOn } from '../../../db/data-map/delete-on.ts';
import { list, nameOf, subjectIs } from '../../../db/data-map/erase.ts';
import { notHeld } from '../../../db/data-map/held.ts';
import { columnOf, type MapTable } from '../../../db/data-map/index.ts';
import { keepEnds } from '../../../db/data-map/keeps.ts';
import type { Sealed } from '../../../db/schema/column.ts';
import { type DataKey, KeyGoneError, type Vault } from '../../crypto/vault.ts';

/** Sealing is done here and not by the database, row by row. */
const RESEAL_BATCH = 500;

/**
 * Binds up to 500 rows that a law keeps to the key of their keep: one key for each ground and end. What
 * the law asks for is opened with the subject's key and sealed anew under that one; the row says whose
 * key it is by `keep_id`. Rows that have one are done, so that it can be repeated.
 *
 * @param country of the account: it decides when each row goes, and is gone with the account
 * @returns the number of rows bound
 */
export async function keepBatch(
  tx: Tx,
  vault: Vault,
  {
    table,
    subjectId,
    requestId,
    country,
    now,
  }: {
    table: MapTable;
    subjectId: string;
    requestId: string;
    country: string;
    now: Date;
  },
): Promise<number> {
  const { retention, keep } = table;
  if (!keep || typeof retention === 'string') return 0;
  const resealed = table.columns.filter(({ erasure }) => erasure === 'reseal');
  const identifiers = (keys: readonly string[]) =>
    keys.map((key) => sql.identifier(columnOf(table, key).sqlName));
  const from = sql.identifier(columnOf(table, retention.from).sqlName);
  const rows = await tx.execute<Record<string, string | null>>(sql`
    select ${list([...identifiers(table.primaryKey), ...identifiers(resealed.map(({ key }) => key))])}, t.${from}::text as kept_from
    from ${nameOf(table)} as t
    where t.${subjectIs(table, subjectId)} and t.keep_id is null and ${notHeld(table, now)} limit ${RESEAL_BATCH}
    for update of t`);
  if (rows.length === 0) return 0;
  const subjectKey = await vault.subjectKey(tx, subjectId);
  const keys = new Map<string, DataKey>();
  for (const row of rows) {
    const date = new Date(row['kept_from'] ?? now);
    const endsAt =
      deleteOn(table, { [retention.from]: date }, country) ?? keepEnds(keep, date, country);
    const id = keepIdOf(requestId, keep, endsAt);
    const keepKey = keys.get(id) ?? (await openKeep(tx, vault, { id, ground: keep, endsAt, now }));
    keys.set(id, keepKey);
    const set = resealed.map(({ sqlName }) => {
      const text = row[sqlName];
      const place = `${table.sqlName}.${sqlName}` as const;
      const value =
        text === null || text === undefined
          ? null
          : vault.seal(keepKey, place, vault.unseal(subjectKey, place, text as Sealed));
      return sql`${sql.identifier(sqlName)} = ${value}`;
    });
    const where = table.primaryKey.map((key) => {
      const column = columnOf(table, key);
      return sql`${sql.identifier(column.sqlName)} = ${row[column.sqlName]}::${sql.raw(column.sqlType)}`;
    });
    await tx.execute(
      sql`update ${nameOf(table)} set ${list([...set, sql`keep_id = ${id}::uuid`])} where ${sql.join(where, sql` and `)}`,
    );
  }
  return rows.length;
}

async function openKeep(
  tx: Tx,
  vault: Vault,
  keep: { id: string; ground: string; endsAt: Date; now: Date },
): Promise<DataKey> {
  try {
    return await vault.keepKey(tx, keep.id);
  } catch (cause) {
    if (!(cause instanceof KeyGoneError)) throw cause;
    return vault.createKeepKey(tx, keep);
  }
}

/** The same keep has the same id in every batch and after every restart (RFC 9562, version 8). */
function keepIdOf(requestId: string, ground: string, endsAt: Date): string {
  const hash = createHash('sha256')
    .update(`${requestId}|${ground}|${endsAt.toISOString()}`)
    .digest();
  hash.writeUInt8(((hash[6] ?? 0) & 0x0f) | 0x80, 6);
  hash.writeUInt8(((hash[8] ?? 0) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
