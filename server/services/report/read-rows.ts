import { senderKey } from '../../trpc/input.ts';
import type { RowAnswer } from '../contract/report.ts';
import type { AnyRow, ReportKind } from './kind.ts';

/** A row that can be read, with its place in the batch. */
export type Candidate<R extends AnyRow> = { index: number; row: R };

/** Reads each row by itself. Those that cannot be read have their answer already. */
export function readRows<R extends AnyRow>(
  kind: ReportKind<R>,
  rows: readonly unknown[],
): { readable: Candidate<R>[]; answers: RowAnswer[] } {
  const readable: Candidate<R>[] = [];
  const answers = rows.map((given, index): RowAnswer => {
    const parsed = kind.row.safeParse(given);
    const key = keyOf(given);
    if (parsed.success) readable.push({ index, row: parsed.data });
    const field = parsed.success ? null : parsed.error.issues[0]?.path.join('.') || null;
    return { index, key, outcome: 'refused', code: 'ROW_UNREADABLE', field };
  });
  return { readable, answers };
}

/** The row's own name, where it has one that can be answered with. */
function keyOf(given: unknown): string | null {
  if (!given || typeof given !== 'object' || !('key' in given)) return null;
  return senderKey.safeParse(given.key).data ?? null;
}
