import { and, eq, inArray, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Db, Tx } from '../../db/connect.ts';
import { holdableFields, holdableTables, oneCanBeHeld } from '../../db/data-map/held.ts';
import { columnOf } from '../../db/data-map/index.ts';
import { account } from '../../db/schema/account.ts';
import { subjectKey } from '../../db/schema/key.ts';
import { dataSubjectRequest } from '../../db/schema/request.ts';
import { maskedPerson } from '../account/masked.ts';
import { recordAudit } from '../audit/record.ts';
import { normaliseEmail, type Vault } from '../crypto/vault.ts';
import { DomainError } from '../errors.ts';
import { email as emailSchema, id as idSchema } from '../trpc/input.ts';
import { longestEnd } from './holds/longest-end.ts';
import type { customerBy, findInput } from './input.ts';
import type { DeskCall } from './recording-refusals.ts';

/** A customer as staff see one: never a whole name or address. */
export type MaskedCustomer = { subjectId: string; name: string; email: string; country: string };

/** Customers by their ids. Those whose account is gone are not among them. */
export async function maskedCustomers(
  tx: Tx | Db,
  vault: Vault,
  subjectIds: readonly string[],
): Promise<ReadonlyMap<string, MaskedCustomer>> {
  const wanted = [...new Set(subjectIds)];
  if (wanted.length === 0) return new Map();
  const rows = await tx
    .select({
      subjectId: account.subjectId,
      displayName: account.displayName,
      email: account.email,
      country: account.country,
    })
    .from(account)
    .innerJoin(subjectKey, eq(subjectKey.subjectId, account.subjectId))
    .where(and(inArray(account.subjectId, wanted), eq(account.role, 'customer')));
  const keys = await vault.subjectKeys(
    tx,
    rows.map(({ subjectId }) => subjectId),
  );
  return new Map(
    rows.flatMap(({ subjectId, country, ...sealed }) => {
      const key = keys.get(subjectId);
      if (!key) return [];
      return [[subjectId, { subjectId, ...maskedPerson(vault, key, sealed), country }] as const];
    }),
  );
}

/**
 * Finds one customer for a hold, by something that only they have, with the tables in which there is
 * something to hold. Recorded in the customer's log before it is answered; so is a look that finds nobody.
 *
 * @param silencedBy the order of an authority that forbids to tell the customer. The look is recorded with
 *   it and at once, and kept back from them: for seven days, and if a hold is proposed by then whose
 *   notice is barred, and approved, until that bar ends
 * @returns null when there is no such customer
 */
export async function findCustomer(
  { deps, actor, requestId, now }: DeskCall,
  { by, value, silencedBy }: z.infer<typeof findInput>,
) {
  const { vault, connection } = deps;
  return connection.db.transaction(async (tx) => {
    const subjectId = await subjectOf(tx, vault, { by, value });
    const found = subjectId ? await maskedCustomers(tx, vault, [subjectId]) : null;
    const customer = found?.get(subjectId ?? '') ?? null;
    await recordAudit(tx, vault, {
      action: 'staff.looked_up',
      actor,
      subjectId: customer?.subjectId ?? null,
      purpose: 'privacy_rights',
      sections: ['account'],
      outcome: customer ? 'done' : 'refused',
      requestId,
      details: { by, ...(silencedBy ? { silencedBy } : {}) },
      visibleFrom: silencedBy ? longestEnd(now) : null,
      now,
    });
    if (!customer) return null;
    return { ...customer, tables: await tablesWithRows(tx, customer.subjectId) };
  });
}

async function subjectOf(
  tx: Tx,
  vault: Vault,
  { by, value }: { by: (typeof customerBy)[number]; value: string },
): Promise<string | null> {
  if (by === 'account') return idSchema.safeParse(value).data ?? null;
  if (by === 'email') {
    const email = emailSchema.safeParse(value).data;
    if (!email) return null;
    const [row] = await tx
      .select({ subjectId: account.subjectId })
      .from(account)
      .where(eq(account.emailIndex, vault.emailIndex(normaliseEmail(email))));
    return row?.subjectId ?? null;
  }
  const [row] = await tx
    .select({ subjectId: dataSubjectRequest.subjectId })
    .from(dataSubjectRequest)
    .where(eq(dataSubjectRequest.reference, value.toUpperCase()));
  return row?.subjectId ?? null;
}

async function tablesWithRows(tx: Tx, subjectId: string) {
  const counted = await Promise.all(
    holdableTables.map(async (table) => {
      const own = sql`${sql.identifier(columnOf(table, table.subject).sqlName)} = ${subjectId}::uuid`;
      const [row] = await tx.execute<{ n: number }>(
        sql`select count(*)::int as n from (select 1 from ${sql.identifier(table.sqlName)} where ${own} limit 10001) as capped`,
      );
      return {
        table: table.name,
        title: table.title,
        section: table.section,
        rows: row?.n ?? 0,
        /** One of its entries can be held alone. */
        oneByOne: oneCanBeHeld(table),
        fields: holdableFields(table).map(({ key, label }) => ({ key, label })),
      };
    }),
  );
  return counted.filter(({ rows }) => rows > 0);
}

/**
 * The key row of a customer, shared: an erasure that is about to destroy it waits, and then sees what
 * this transaction wrote.
 * @throws {DomainError} NOT_FOUND when there is no such customer, or the key is gone
 */
export async function shareKey(tx: Tx, subjectId: string): Promise<void> {
  const rows = await tx.execute(sql`
    select 1 from subject_key as k where k.subject_id = ${subjectId}::uuid
      and not exists (select 1 from account as a where a.subject_id = k.subject_id and a.role <> 'customer')
    for share of k`);
  if (rows.length === 0) throw new DomainError('NOT_FOUND');
}
