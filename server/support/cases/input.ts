import { z } from 'zod';
import { caseDecisions, caseStates } from '../../../db/schema/support.ts';
import { cursor, direction, id, line, caseReference as reference, text } from '../../trpc/input.ts';

/** The shortest reason of a decision that says something to the person who reads it. */
export const REASON_MIN = 20;
export const REASON_MAX = 2_000;
export const TEXT_MAX = 4_000;

const words = text(TEXT_MAX)
  .transform((value) => value.trim())
  .refine((value) => value.length > 0, 'some words');
/** Names of a table and a column of the data map. */
const name = z.string().regex(/^[A-Za-z]{1,60}$/);

const question = z.strictObject({ kind: z.literal('question'), about: line(120), text: words });
const correction = z.strictObject({
  kind: z.literal('correction'),
  about: z.strictObject({ table: name, column: name }),
  /** What it should say; empty for nothing at all. */
  value: text(1_000).transform((value) => value.trim()),
  text: words,
});

export const openCaseInput = z.discriminatedUnion('kind', [
  question,
  correction,
  z.strictObject({ kind: z.literal('human_review'), about: id, text: words }),
  z.strictObject({ kind: z.literal('dispute'), about: id, text: words }),
]);
/** What staff open for a customer who asked elsewhere. */
export const openForInput = z.discriminatedUnion('kind', [
  question.extend({ subjectId: id }),
  correction.extend({ subjectId: id }),
]);
/** What a new review or dispute would be about. */
export const aboutInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('human_review'), about: id }),
  z.strictObject({ kind: z.literal('dispute'), about: id }),
]);
export const caseInput = z.strictObject({ reference });
export const writeInput = z.strictObject({ reference, text: words });
export const caseListInput = z.strictObject({
  state: z.enum(caseStates),
  mine: z.boolean(),
  cursor: cursor.optional(),
  direction,
});
export const decideInput = z.strictObject({
  reference,
  decision: z.enum(caseDecisions).exclude(['withdrawn']),
  reason: text(REASON_MAX)
    .transform((value) => value.trim())
    .refine((value) => value.length >= REASON_MIN, 'a reason of twenty characters or more'),
});
