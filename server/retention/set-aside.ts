import type { SQL } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { fieldsToSetAside, type HeldField } from '../../db/data-map/held.ts';
import type { MapTable } from '../../db/data-map/index.ts';
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
  await tx.insert(heldValue).values(values);
  return held.length;
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
  return vault.unseal(under, `${table.sqlName}.${one.field}`, one.value as Sealed);
}
