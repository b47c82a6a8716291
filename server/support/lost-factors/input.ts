import { z } from 'zod';
import { password } from '../../auth/input.ts';
import { line, text, token } from '../../trpc/input.ts';
import { REASON_MAX, REASON_MIN } from '../cases/input.ts';

/** A few sentences, not a life. */
const STATEMENT_MAX = 1_000;

const reference = line(40);

export const openInput = z.strictObject({
  token,
  statement: text(STATEMENT_MAX)
    .transform((value) => value.trim())
    .refine((value) => value.length > 0, 'some words'),
});
export const tokenInput = z.strictObject({ token });
export const beginInput = z.strictObject({ token, password });
export const referenceInput = z.strictObject({ reference });
export const reasonInput = z.strictObject({
  reference,
  reason: text(REASON_MAX)
    .transform((value) => value.trim())
    .refine((value) => value.length >= REASON_MIN, 'a reason of twenty characters or more'),
});
