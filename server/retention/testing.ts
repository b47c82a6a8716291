import type { Db } from '../../db/connect.ts';
import type { MapTable } from '../../db/data-map/index.ts';
import { generateKeyring, parseKeyring } from '../crypto/keyring.ts';
import { newId } from '../crypto/token.ts';
import { createVault } from '../crypto/vault.ts';
import { FILLED_DAYS_BACK, type FilledPerson, filledRow, insertRow } from '../testing/fill.ts';

/** The moment of these tests, and what every run in them is told. */
export const now = new Date();
export const run = { now, requestId: 'test' };
export const vault = createVault(parseKeyring(generateKeyring()));
export const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

/** One row of a person whose every moment is this one, also that from which its retention counts. */
export async function rowDated(db: Db, table: MapTable, person: FilledPerson, date: Date) {
  if (typeof table.retention === 'string') throw new TypeError(table.name);
  const filled = new Date(date.getTime() + FILLED_DAYS_BACK * 86_400_000);
  const row = filledRow(vault, table, { ...person, tag: newId(now), now: filled });
  const closed = table.name === 'dataSubjectRequest' ? { state: 'completed' } : {};
  await insertRow(db, table, { ...row, ...closed, [table.retention.from]: date });
}
