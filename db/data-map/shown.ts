import type { MapTable } from './index.ts';

/**
 * Condition in SQL on rows that their person may see by a moment: none of an event, or of a hold, that a
 * legal bar keeps back. Null for all other tables, of which nothing is kept back.
 *
 * @param row name of the table in the statement
 * @param at for want of one, the clock of the database
 */
export function shownBy(
  table: Pick<MapTable, 'name'>,
  row: string,
  at: Date | null,
): string | null {
  const moment = at ? `'${at.toISOString()}'::timestamptz` : 'now()';
  switch (table.name) {
    case 'auditEvent':
      return `(${row}.visible_from <= ${moment} or bar_has_ended(${row}.subject_id, ${row}.reference, ${row}.action, ${row}.occurred_at, ${moment}))`;
    case 'legalHold':
      return `(${row}.notice_from is null or ${row}.notice_from <= ${moment} or bar_has_ended(${row}.subject_id, hold_reference(${row}.id), 'hold.proposed', ${row}.placed_at, ${moment}))`;
    default:
      return null;
  }
}
