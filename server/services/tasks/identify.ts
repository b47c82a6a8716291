import { eq } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { columnOf, subjectTableNamed } from '../../../db/data-map/index.ts';
import { account } from '../../../db/schema/account.ts';
import { paymentMethod } from '../../../db/schema/billing.ts';
import type { Sealed } from '../../../db/schema/column.ts';
import { disclosure } from '../../../db/schema/service.ts';
import { newId } from '../../crypto/token.ts';
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

/** Writes down what left, to whom and why, with the act that lets it leave. */
export async function recordDisclosure(
  tx: Tx,
  {
    subjectId,
    holderId,
    person,
    field,
    now,
  }: {
    subjectId: string;
    holderId: string;
    person: PersonAtHolder;
    field: CorrectableField | null;
    now: Date;
  },
): Promise<void> {
  const ofAccount = ['subjectId', ...(field ? [field] : [])].map(
    (key) => columnOf(subjectTableNamed('account'), key).sqlName,
  );
  const left = [
    { tableName: 'account', columnNames: ofAccount },
    ...(person.references.length > 0
      ? [{ tableName: 'payment_method', columnNames: ['processor_reference'] }]
      : []),
  ];
  await tx.insert(disclosure).values(
    left.map((one) => ({
      ...one,
      id: newId(now),
      subjectId,
      recipient: holderId,
      purpose: 'privacy_rights',
      disclosedAt: now,
    })),
  );
}
