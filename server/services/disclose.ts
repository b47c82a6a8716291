import type { Tx } from '../../db/connect.ts';
import { columnOf, subjectTableNamed, type TableName } from '../../db/data-map/index.ts';
import type { Purpose } from '../../db/data-map/vocabulary.ts';
import { disclosure } from '../../db/schema/service.ts';
import { newId } from '../crypto/token.ts';

export type Disclosed = {
  subjectId: string;
  /** Id of a service, or key of a recipient outside EaseLLM. */
  recipient: string;
  table: TableName;
  /** Keys of the columns that left. */
  columns: readonly string[];
  purpose: Purpose;
  now: Date;
};

/** Writes what leaves to whom, in the transaction that lets it go: the person sees it beside their data. */
export async function recordDisclosures(tx: Tx, disclosed: readonly Disclosed[]): Promise<void> {
  const rows = disclosed.map(({ subjectId, recipient, table, columns, purpose, now }) => {
    const map = subjectTableNamed(table);
    return {
      id: newId(now),
      subjectId,
      recipient,
      tableName: map.sqlName,
      columnNames: columns.map((key) => columnOf(map, key).sqlName),
      purpose,
      disclosedAt: now,
    };
  });
  if (rows.length > 0) await tx.insert(disclosure).values(rows);
}
