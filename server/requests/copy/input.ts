import { z } from 'zod';
import { type Section, sections } from '../../../db/data-map/vocabulary.ts';
import { REFERENCE } from '../reference.ts';

const names = Object.keys(sections) as [Section, ...Section[]];

/** Chapters of a copy, each named once. */
export const copySections = z
  .array(z.enum(names))
  .min(1)
  .max(names.length)
  .refine((chosen) => new Set(chosen).size === chosen.length, 'each chapter once');

export const askCopyInput = z.strictObject({
  sections: copySections,
  /** The request of support's that the page showed, and that this confirms. */
  confirms: z.string().regex(REFERENCE).optional(),
});

export const deleteCopyInput = z.strictObject({ reference: z.string().regex(REFERENCE) });
