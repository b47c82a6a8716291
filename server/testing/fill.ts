import { randomUUID } from 'node:crypto';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Db, Tx } from '../../db/connect.ts';
import { type MapColumn, type MapTable, subjectTables } from '../../db/data-map/index.ts';
import { subjectKey } from '../../db/schema/key.ts';
import { passkeyMac } from '../auth/passkey-rows.ts';
import { totpMac } from '../auth/totp.ts';
import type { DataKey, Vault } from '../crypto/vault.ts';

const DAY_MS = 86_400_000;
/** Moments between which the database wants days to lie: how many they lie elsewhere. */
const APART: Record<string, number> = {
  'factor_recovery.opened_at': -4,
  'factor_recovery.restricted_until': 7,
};
/** So far back lie the moments of filled rows. */
export const FILLED_DAYS_BACK = 10;
export type FilledPerson = { subjectId: string; email: string; key: DataKey; country: string };

/**
 * A person with one row in every table that the map knows, and a text of their own in every column that
 * can hold one: a table or column added later is in it by itself. Times lie ten days back; holds are
 * released and rentals ended.
 *
 * @param tag stands in every text of the person, followed by where the text stands
 */
export async function fillPerson(
  db: Db | Tx,
  vault: Vault,
  { tag, now, country = 'DE' }: { tag: string; now: Date; country?: string },
): Promise<FilledPerson> {
  const subjectId = randomUUID();
  const email = `${tag}@example.test`;
  const { key, row } = vault.newSubjectKey(subjectId, now);
  await db.insert(subjectKey).values(row);
  // What was set aside is shown to its person as its hold is.
  const holdId = randomUUID();
  const same: Record<string, Record<string, string>> = {
    legalHold: { id: holdId },
    heldValue: { holdId },
  };
  for (const table of subjectTables) {
    if (table.name === 'subjectKey') continue;
    const row = filledRow(vault, table, { subjectId, email, key, country, tag, now });
    await insertRow(db, table, { ...row, ...same[table.name], ...proofOf(vault, table, row) });
  }
  return { subjectId, email, key, country };
}

/** What one signs in with counts only with its proof: whoever is filled in has a factor. */
function proofOf(vault: Vault, { name }: MapTable, row: Record<string, unknown>) {
  if (name === 'totpFactor') return { rowMac: totpMac(vault, row as never) };
  return name === 'passkey' ? { rowMac: passkeyMac(vault, row as never) } : {};
}

type Facts = FilledPerson & { tag: string; now: Date };

/** One row of a table with every column filled, by column keys. */
export function filledRow(vault: Vault, table: MapTable, facts: Facts): Record<string, unknown> {
  const entries = table.columns.flatMap((column) => {
    if (column.column.hasDefault || column.key === 'keepId') return [];
    return [[column.key, filledValue(vault, table, column, facts)] as const];
  });
  return Object.fromEntries(entries);
}

export async function insertRow(
  db: Db | Tx,
  table: MapTable,
  row: Record<string, unknown>,
): Promise<void> {
  await db.insert(table.table as PgTable).values(row);
}

function filledValue(
  vault: Vault,
  table: MapTable,
  column: MapColumn,
  { subjectId, email, key, country, tag, now }: Facts,
): unknown {
  const place = `${table.sqlName}.${column.sqlName}` as const;
  if (column.key === table.subject) return subjectId;
  // A hold that is filled in is on whole entries.
  if (place === 'legal_hold.fields') return null;
  if (place === 'account.email_index') return vault.emailIndex(email);
  const text = place === 'account.email' ? email : `${tag} in ${place}`;
  if (column.storage === 'sealed') return vault.seal(key, place, text);
  if (place === 'export_archive.object_name') return `copy-${randomUUID()}`;
  const [firstWord] = column.column.enumValues ?? [];
  if (firstWord !== undefined) return firstWord;
  const { sqlType } = column;
  if (sqlType === 'uuid') return randomUUID();
  if (sqlType === 'text') return text;
  if (sqlType === 'text[]') return [text];
  if (sqlType === 'boolean') return true;
  if (sqlType.startsWith('timestamp'))
    return new Date(now.getTime() + ((APART[place] ?? 0) - FILLED_DAYS_BACK) * DAY_MS);
  if (sqlType === 'char(2)') return country;
  if (sqlType.startsWith('char(')) return 'X'.repeat(Number(sqlType.slice(5, -1)));
  if (sqlType === 'integer' || sqlType === 'smallint' || sqlType === 'bigint') return 1;
  throw new TypeError(`no value known for ${place}: ${sqlType}`);
}
