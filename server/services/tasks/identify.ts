import { eq } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { columnOf, subjectTableNamed, type TableName } from '../../../db/data-map/index.ts';
import { account } from '../../../db/schema/account.ts';
import { paymentMethod } from '../../../db/schema/billing.ts';
import type { Sealed } from '../../../db/schema/column.ts';
import type { Vault } from '../../crypto/vault.ts';
import type { CorrectableField, PersonAtHolder } from '../contract/tasks.ts';

/** The payment processor numbers people itself; everybody else knows the account's id. */
const NUMBERS_PEOPLE = 'paylane';

/** By what a holder finds a person. Taken while the rows are there: an erasure deletes them. */
export async function identify(
  tx: Tx,
  { subjectId, holderId }: { subjectId: string; holderId: string },
): Promise<PersonAtHolder> {
  if (holderId !== NUMBERS_PEOPLE) return { account: subjectId, references: [] };
  const rows = await tx
    .select({ reference: paymentMethod.processorReference })
    .from(paymentMethod)
    .where(eq(paymentMethod.subjectId, subjectId))
    .orderBy(paymentMethod.addedAt, paymentMethod.id);
  return { account: subjectId, references: rows.map(({ reference }) => reference) };
}

/** What a field of the account is now, opened; what a correction passes on is never older than that. */
export async function currentValue(
  tx: Tx,
  vault: Vault,
  { subjectId, field }: { subjectId: string; field: CorrectableField },
): Promise<string | null> {
  const [row] = await tx
    .select({ value: account[field] })
    .from(account)
    .where(eq(account.subjectId, subjectId));
  const stored = row?.value ?? null;
  const { storage, sqlName } = columnOf(subjectTableNamed('account'), field);
  if (stored === null || storage === 'plain') return stored;
  const key = await vault.subjectKey(tx, subjectId);
  return vault.unseal(key, `account.${sqlName}`, stored as Sealed);
}

/** What leaves with a task, by the columns it stands in: for the record of disclosures. */
export function leaving({
  person,
  field,
}: {
  person: PersonAtHolder;
  field: CorrectableField | null;
}): { table: TableName; columns: string[] }[] {
  return [
    { table: 'account', columns: ['subjectId', ...(field ? [field] : [])] },
    ...(person.references.length > 0
      ? [{ table: 'paymentMethod' as const, columns: ['processorReference'] }]
      : []),
  ];
}
