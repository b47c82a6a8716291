import { z } from 'zod';
import { procedureShape } from './entry.ts';

export const MAX_ROWS = 1_000;

/** Why one row of a report was not taken; the others of its batch were. */
export const rowRefusals = [
  /** The row cannot be read; `field` says where. */
  'ROW_UNREADABLE',
  'SUBJECT_UNKNOWN',
  'SUBJECT_BEING_ERASED',
  /** A moment that has not come yet. */
  'TIME_TO_COME',
  /** It would have to be deleted at once. */
  'PAST_DELETE_ON',
  /** The key was reported before, with other content. */
  'KEY_HAS_OTHER_CONTENT',
  /** A number that has to be the only one is another row's. */
  'NUMBER_TAKEN',
] as const;
export type RowRefusal = (typeof rowRefusals)[number];

const rowAnswer = z.object({
  /** Position in the batch, from 0. */
  index: z.int(),
  key: z.string().nullable(),
  /** `known`: the same row was taken before. */
  outcome: z.enum(['taken', 'known', 'refused']),
  code: z.enum(rowRefusals).nullable(),
  field: z.string().nullable(),
});
export type RowAnswer = z.output<typeof rowAnswer>;

/**
 * A batch of up to 1,000 rows, each taken or refused by itself. The wire lets every row through: what is
 * wrong with one is that row's answer, not the batch's end. For senders the type is the row's.
 */
export function reportShape<R extends z.ZodType>(row: R) {
  const wire = z.strictObject({ rows: z.array(z.unknown()).min(1).max(MAX_ROWS) });
  const input = wire as z.ZodType<{ rows: unknown[] }, { rows: z.input<R>[] }>;
  const output = z.object({
    taken: z.int(),
    known: z.int(),
    refused: z.int(),
    rows: z.array(rowAnswer),
  });
  return { ...procedureShape({ repeatable: true, input, output }), row };
}
