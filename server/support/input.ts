import { z } from 'zod';
import { grantCategories } from '../../db/schema/staff.ts';
import { supportSections } from '../access/support-sees.ts';
import { email, id, text, caseReference as ticket } from '../trpc/input.ts';

/** The shortest reason that says something to the person who reads it. */
export const REASON_MIN = 20;
export const REASON_MAX = 1_000;

const category = z.enum(grantCategories);
const chapter = z.enum(supportSections);

export const lookUpInput = z.discriminatedUnion('by', [
  z.strictObject({ category, by: z.literal('email'), value: email }),
  z.strictObject({ category, by: z.literal('account'), value: id }),
  z.strictObject({ category, by: z.literal('ticket'), value: ticket }),
]);
export const startViewInput = z.strictObject({
  subjectId: id,
  ticket,
  category,
  reason: text(REASON_MAX)
    .transform((value) => value.trim())
    .refine((value) => value.length >= REASON_MIN, 'a reason of twenty characters or more'),
  scope: z
    .array(chapter)
    .min(1)
    .max(supportSections.length)
    .refine((chapters) => new Set(chapters).size === chapters.length, 'each chapter once'),
});
export const viewInput = z.strictObject({ id });
export const answerInput = z.strictObject({ id, answer: z.enum(['approved', 'declined']) });
