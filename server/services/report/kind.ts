import type { z } from 'zod';
import type { Tx } from '../../../db/connect.ts';
import type { MapTable } from '../../../db/data-map/index.ts';
import type { Section } from '../../../db/data-map/vocabulary.ts';
import type { partitionedTables } from '../../../db/schema/partitions.ts';
import type { DataKey, Vault } from '../../crypto/vault.ts';

/** What every row of every report says. */
export type AnyRow = { key: string; subjectId: string };

/** What a report's rows become. */
export type ReportKind<R extends AnyRow = AnyRow> = {
  row: z.ZodType<R>;
  section: Section;
  /** Fields with moments; none of them may lie ahead. */
  momentFields: readonly string[];
  /** The table a row goes to, and the field its time there counts from. */
  keptIn(row: R): { table: MapTable; field: string };
  /** For tables by month: the month a row needs. */
  month?(row: R): { table: (typeof partitionedTables)[number]['table']; at: Date } | null;
  /**
   * Writes rows that are new.
   * @returns keys of those that could not be written because a number of theirs is another row's
   */
  write(
    tx: Tx,
    rows: readonly R[],
    context: {
      vault: Vault;
      keys: ReadonlyMap<string, DataKey>;
      serviceId: string;
      now: Date;
    },
  ): Promise<ReadonlySet<string>>;
};

export const nothingTaken: ReadonlySet<string> = new Set();

/** Values in pieces that fit into one statement. */
export function* pieces<T>(rows: readonly T[], size = 1_000): Generator<T[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size);
}
