import { and, eq } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { type Db, type Tx, withSubject } from '../../../db/connect.ts';
import {
  columnOf,
  type MapColumn,
  type MapTable,
  subjectTableNamed,
  type TableName,
} from '../../../db/data-map/index.ts';
import { wireValueOf } from '../../../db/data-map/view.ts';
import { account } from '../../../db/schema/account.ts';
import { recordAudit } from '../../audit/record.ts';
import type { Vault } from '../../crypto/vault.ts';
import { DomainError } from '../../errors.ts';
import { CallRefusal } from '../call-refusal.ts';
import type { LookupField } from '../contract/account.ts';
import type { InputOf, OutputOf } from '../contract/index.ts';
import { recordDisclosures } from '../disclose.ts';
import { takeSubjects } from '../scopes.ts';
import type { ServiceCall } from '../trpc.ts';

type Wanted = { field: LookupField; table: MapTable; column: MapColumn };

/**
 * Of one account, the fields that the data map holds for the stated purpose. What leaves is written down
 * for the person in the same transaction.
 *
 * @throws {CallRefusal} when a field is not held for that purpose, before anybody is looked for
 * @throws {DomainError} NOT_FOUND, also for an account that is being erased
 */
export async function lookUp(
  call: ServiceCall,
  { account: wanted, fields }: InputOf<'account.lookup'>,
): Promise<OutputOf<'account.lookup'>> {
  const { deps, scope, actor, now, requestId } = call;
  const { db } = deps.connection;
  const columns = [...new Set(fields)].map(wantedField);
  if (columns.some(({ column }) => !column.purposes.includes(scope.purpose)))
    throw new CallRefusal('purpose', scope.serviceId);
  const found = await findCustomer(db, deps.vault, wanted);
  if (!found) {
    await takeSubjects(db, scope, { subjectIds: [], strangers: 1, now });
    throw new DomainError('NOT_FOUND');
  }
  const { subjectId, status } = found;
  await takeSubjects(db, scope, { subjectIds: [subjectId], now });
  const tables = [...new Set(columns.map(({ table }) => table))];
  return withSubject(db, subjectId, 'write', async (tx) => {
    const read = await Promise.all(
      tables.map((table) => readFields(tx, deps.vault, { table, subjectId, columns })),
    );
    await recordDisclosures(
      tx,
      tables.map((table) => ({
        subjectId,
        recipient: scope.serviceId,
        table: table.name,
        columns: columns.filter((one) => one.table === table).map(({ column }) => column.key),
        purpose: scope.purpose,
        now,
      })),
    );
    await recordAudit(tx, deps.vault, {
      action: 'service.read',
      actor,
      subjectId,
      purpose: scope.purpose,
      sections: [...new Set(tables.map(({ section }) => section))],
      requestId,
      details: { procedure: scope.procedure, fields: columns.map(({ field }) => field) },
      now,
    });
    return { subjectId, status, fields: Object.assign({}, ...read) };
  });
}

function wantedField(field: LookupField): Wanted {
  const [name = '', key = ''] = field.split('.');
  const table = subjectTableNamed(name as TableName);
  return { field, table, column: columnOf(table, key) };
}

async function findCustomer(
  db: Db,
  vault: Vault,
  wanted: InputOf<'account.lookup'>['account'],
): Promise<{ subjectId: string; status: 'active' | 'pending_deletion' } | null> {
  const [row] = await db
    .select({ subjectId: account.subjectId, status: account.status })
    .from(account)
    .where(
      and(
        eq(account.role, 'customer'),
        'email' in wanted
          ? eq(account.emailIndex, vault.emailIndex(wanted.email))
          : eq(account.subjectId, wanted.subjectId),
      ),
    );
  return row && row.status !== 'erasing' ? { ...row, status: row.status } : null;
}

/** Values of one table's fields; null for all of them where there is no row. */
async function readFields(
  tx: Tx,
  vault: Vault,
  { table, subjectId, columns }: { table: MapTable; subjectId: string; columns: readonly Wanted[] },
): Promise<Record<string, unknown>> {
  const own = columns.filter((one) => one.table === table);
  const [key, [row]] = await Promise.all([
    vault.subjectKey(tx, subjectId),
    tx
      .select(Object.fromEntries(own.map(({ column }) => [column.key, column.column])))
      .from(table.table as PgTable)
      .where(eq(columnOf(table, table.subject).column, subjectId)),
  ]);
  return Object.fromEntries(
    own.map(({ field, column }) => [
      field,
      wireValueOf(table, column, row?.[column.key], (place, text) =>
        vault.unseal(key, place, text),
      ),
    ]),
  );
}
