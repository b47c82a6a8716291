import { and, eq } from 'drizzle-orm';
import type { Tx } from '../../../db/connect.ts';
import { account, accountChange } from '../../../db/schema/account.ts';
import { plainValue } from '../../account/personal.ts';
import type { DataKey, Vault } from '../../crypto/vault.ts';
import { fieldNames, fieldOf } from './about.ts';
import type { Case } from './thread.ts';

/** Empty where the field said nothing. */
export type FieldValues = {
  /** What the field says as long as the case is open; null where it is of another table. */
  nowValue: string | null;
  /** What it said before the decision changed it; null where nothing was changed. */
  beforeValue: string | null;
};

const none: Readonly<FieldValues> = { nowValue: null, beforeValue: null };

/** What the field of the account that a correction is about says, or said before it was corrected. */
export async function fieldValues(
  tx: Tx,
  vault: Vault,
  key: DataKey,
  row: Case,
): Promise<FieldValues> {
  const column = accountColumn(row);
  if (!column) return none;
  if (row.closedAt) return { ...none, beforeValue: await valueBefore(tx, vault, key, row, column) };
  const [person] = await tx.select().from(account).where(eq(account.subjectId, row.subjectId));
  return person ? { ...none, nowValue: plainValue(vault, key, person, column) ?? '' } : none;
}

/** The name of the column, where a case is about one of the account. */
export function accountColumn({ aboutKind, aboutId }: Case): string | null {
  const field = aboutKind === 'field' && aboutId !== null ? fieldOf(fieldNames(aboutId)) : null;
  return field?.table.name === 'account' ? field.column.key : null;
}

/** From the history: the decision and the change are of one commit and one moment. */
async function valueBefore(
  tx: Tx,
  vault: Vault,
  key: DataKey,
  { subjectId, decision, decidedAt }: Case,
  field: string,
): Promise<string | null> {
  if (decision !== 'granted' || decidedAt === null) return null;
  const [change] = await tx
    .select({ before: accountChange.oldValue })
    .from(accountChange)
    .where(
      and(
        eq(accountChange.subjectId, subjectId),
        eq(accountChange.field, field),
        eq(accountChange.changedBy, 'support'),
        eq(accountChange.changedAt, decidedAt),
      ),
    );
  if (!change) return null;
  return change.before === null ? '' : vault.unseal(key, 'account_change.old_value', change.before);
}
