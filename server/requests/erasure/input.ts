import { z } from 'zod';
import { email, id, line, nothing } from '../../trpc/input.ts';
import { REFERENCE } from '../reference.ts';

/** Grace in whole days. Both ends are the policy's; the start of the clock is the request itself. */
export const GRACE_MIN_DAYS = 0;
export const GRACE_MAX_DAYS = 14;

export const previewInput = nothing;

export const confirmInput = z.strictObject({
  /** SHA-256 of the plan that was shown. */
  planHash: z.string().regex(/^[0-9a-f]{64}$/),
  email,
  graceDays: z.int().min(GRACE_MIN_DAYS).max(GRACE_MAX_DAYS),
  acknowledged: z.literal(true),
  /** The request of support's that the page showed, and that this confirms. */
  confirms: z.string().regex(REFERENCE).optional(),
});

export const cancelInput = z.strictObject({ reference: line(40) });

/** As typed: separators, case and look-alikes are settled by `normaliseCode`. */
export const receiptInput = z.strictObject({ code: line(60) });

export const handOverInput = z.strictObject({ organisationId: id });
