import { z } from 'zod';
import { country, email, languages, line, text, timeZone, token } from '../trpc/input.ts';

const optionalLine = (max: number) =>
  text(max)
    .transform((value) => value.trim())
    .pipe(z.union([z.literal('').transform(() => null), line(max)]));

/** As people write it: digits with the usual separators, 5 to 15 of them (ITU-T E.164). */
const phone = text(40)
  .transform((value) => value.trim())
  .refine(
    (value) =>
      value === '' ||
      (/^\+?[\d\s()./-]+$/.test(value) && /^\d{5,15}$/.test(value.replace(/\D/g, ''))),
    'a phone number',
  )
  .transform((value) => (value === '' ? null : value));

export const themes = ['auto', 'light', 'dark'] as const;

/** One correction: the fields the data map marks as the person's own to edit. */
export const correctionInput = z.discriminatedUnion('field', [
  z.strictObject({ field: z.literal('displayName'), value: line(120) }),
  z.strictObject({ field: z.literal('phone'), value: phone }),
  z.strictObject({ field: z.literal('company'), value: optionalLine(120) }),
  z.strictObject({ field: z.literal('country'), value: country }),
  z.strictObject({ field: z.literal('region'), value: optionalLine(60) }),
  z.strictObject({ field: z.literal('language'), value: z.enum(languages) }),
  z.strictObject({ field: z.literal('timeZone'), value: timeZone }),
  z.strictObject({ field: z.literal('theme'), value: z.enum(themes) }),
]);
export type Correction = z.infer<typeof correctionInput>;
export const editableFields = [
  'displayName',
  'phone',
  'company',
  'country',
  'region',
  'language',
  'timeZone',
  'theme',
] as const satisfies readonly Correction['field'][];

export const emailChangeInput = z.strictObject({ email });
export const tokenInput = z.strictObject({ token });
export const supportAccessInput = z.strictObject({ allowed: z.boolean() });
