import { deleteOn } from '../../../db/data-map/delete-on.ts';
import type { RowRefusal } from '../contract/report.ts';
import type { Customer } from '../people.ts';
import type { AnyRow, ReportKind } from './kind.ts';

/** Clocks of two machines may differ by so much. Milliseconds. */
const SKEW_MS = 5_000;

export type RowProblem = { code: RowRefusal; field: string | null };

/** Why a readable row cannot be taken over, or null: for whom it is about, or for when it was. */
export function problemOf<R extends AnyRow>(
  kind: ReportKind<R>,
  {
    row,
    people,
    now,
  }: {
    row: R;
    people: ReadonlyMap<string, Customer>;
    now: Date;
  },
): RowProblem | null {
  const person = people.get(row.subjectId);
  if (!person) return { code: 'SUBJECT_UNKNOWN', field: 'subjectId' };
  if (person.status === 'erasing') return { code: 'SUBJECT_BEING_ERASED', field: 'subjectId' };
  const values = row as Record<string, unknown>;
  const latest = now.getTime() + SKEW_MS;
  const ahead = kind.momentFields.find((field) => momentIn(values, field).getTime() > latest);
  if (ahead !== undefined) return { code: 'TIME_TO_COME', field: ahead };
  const { table, field } = kind.keptIn(row);
  if (typeof table.retention === 'string') return null;
  const dated = { [table.retention.from]: momentIn(values, field) };
  const until = deleteOn(table, dated, person.country);
  return until !== null && until <= now ? { code: 'PAST_DELETE_ON', field } : null;
}

/** A field that is null or not there is no moment, and neither early nor late. */
function momentIn(values: Record<string, unknown>, field: string): Date {
  const value = values[field];
  return new Date(typeof value === 'string' ? value : Number.NaN);
}
