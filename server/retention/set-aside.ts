import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { fieldsToSetAside, type HeldField } from '../../db/data-map/held.ts';
import type { MapTable } from '../../db/data-map/index.ts';
import { withoutMailedToken } from '../../db/data-map/view.ts';
import type { Sealed } from '../../db/schema/column.ts';
import { heldValue } from '../../db/schema/hold.ts';
import { newId } from '../crypto/token.ts';
import type { DataKey, Vault } from '../crypto/vault.ts';

/** Values per call: they are sealed anew one by one, not by the database. */
export const SET_ASIDE_BATCH = 500;

/**
 * Sets aside what holds on single fields keep of rows that are about to go or to be minimised, so that the
 * rows can. Call it in the transaction that deletes them: a row of which something is not set aside stays.
 *
 * @param rows condition on the rows `t` of the table
 * @returns the number of values set aside; `SET_ASIDE_BATCH` when there may be more
 */
export async function setAside(
  tx: Tx,
  vault: Vault,
  { table, rows, now }: { table: MapTable; rows: SQL; now: Date },
): Promise<number> {
  const held = await fieldsToSetAside(tx, { table, rows, now, limit: SET_ASIDE_BATCH });
  if (held.length === 0) return 0;
  const keys = await vault.subjectKeys(tx, [...new Set(held.map(({ subjectId }) => subjectId))]);
  const values: (typeof heldValue.$inferInsert)[] = [];
  for (const one of held) {
    const key = keys.get(one.subjectId);
    if (!key) throw new Error('a hold on somebody whose key is gone');
    const { holdId, subjectId, rowId, field, keptUntil } = one;
    values.push({
      id: newId(now),
      subjectId,
      holdId,
      tableName: table.sqlName,
      rowId,
      field,
      value: vault.seal(key, 'held_value.value', await openedValue(tx, vault, { table, key, one })),
      setAsideAt: now,
      keptUntil,
    });
  }
  // Another run may have set it aside meanwhile.
  await tx.insert(heldValue).values(values).onConflictDoNothing();
  return held.length;
}

/**
 * What other holds have set aside of what a hold is on is kept for it as well, until its own end: the entry
 * may be gone, and a hold cannot be made longer, only followed by another.
 */
export async function keepSetAside(tx: Tx, holdId: string): Promise<void> {
  await tx.execute(sql`
    insert into held_value (id, subject_id, hold_id, table_name, row_id, field, value, set_aside_at, kept_until)
    select gen_random_uuid(), v.subject_id, h.id, v.table_name, v.row_id, v.field, v.value, v.set_aside_at, h.ends_at
    from legal_hold as h join held_value as v on v.subject_id = h.subject_id and v.table_name = h.table_name
      and (h.row_id is null or h.row_id = v.row_id) and (h.fields is null or v.field = any (h.fields))
    where h.id = ${holdId}::uuid
    on conflict do nothing`);
}

async function openedValue(
  tx: Tx,
  vault: Vault,
  { table, key, one }: { table: MapTable; key: DataKey; one: HeldField },
): Promise<string> {
  const column = table.columns.find(({ sqlName }) => sqlName === one.field);
  if (column?.storage !== 'sealed') return one.value;
  // What a law keeps was sealed anew under the key of its keep; what it does not ask for was not.
  const resealed = one.keepId !== null && column.erasure === 'reseal';
  const under = resealed && one.keepId ? await vault.keepKey(tx, one.keepId) : key;
  const place = `${table.sqlName}.${one.field}` as const;
  return withoutMailedToken(place, vault.unseal(under, place, one.value as Sealed));
}
