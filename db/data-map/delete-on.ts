import type { MapTable } from './index.ts';
import { addPeriod, keepEnds } from './keeps.ts';

/**
 * The day on which a row goes, or null while nothing counts yet (it then goes with the account).
 *
 * @param row the row by column keys; the retention's time column must be in it
 * @param country of the subject, for statutory periods
 */
export function deleteOn(
  table: MapTable,
  row: Readonly<Record<string, unknown>>,
  country: string,
): Date | null {
  const { retention } = table;
  if (typeof retention === 'string') return null;
  const from = row[retention.from];
  if (!(from instanceof Date)) return null;
  return 'period' in retention
    ? addPeriod(from, retention.period)
    : keepEnds(retention.statutory, from, country);
}
