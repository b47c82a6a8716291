import { and, eq, inArray } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import { type AccountStatus, account } from '../../db/schema/account.ts';

/** A customer as far as a service's call has to know them. */
export type Customer = { subjectId: string; status: AccountStatus; country: string };

/**
 * The customers among some account ids. Staff are none, and what does not exist is left out.
 *
 * @param lock keeps their status as it is until the transaction ends: no erasure begins meanwhile
 */
export async function customersAmong(
  tx: Tx | Db,
  subjectIds: readonly string[],
  { lock = false }: { lock?: boolean } = {},
): Promise<ReadonlyMap<string, Customer>> {
  const ids = [...new Set(subjectIds)];
  if (ids.length === 0) return new Map();
  const query = tx
    .select({ subjectId: account.subjectId, status: account.status, country: account.country })
    .from(account)
    .where(and(inArray(account.subjectId, ids), eq(account.role, 'customer')))
    .orderBy(account.subjectId);
  const rows = await (lock ? query.for('share') : query);
  return new Map(rows.map((row) => [row.subjectId, row]));
}

/** Those of whom something may still be written: what comes while an erasure runs would hold it up. */
export function staying(people: ReadonlyMap<string, Customer>): string[] {
  return [...people.values()].flatMap(({ subjectId, status }) =>
    status === 'erasing' ? [] : [subjectId],
  );
}
