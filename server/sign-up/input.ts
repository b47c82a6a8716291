import { z } from 'zod';
import { password } from '../auth/input.ts';
import { country, email, line, timeZone, token } from '../trpc/input.ts';

/** Any day that can be written; whether somebody can be born on it is asked with the clock. */
export const birthDateInput = z.strictObject({
  day: z.int().min(1).max(31),
  month: z.int().min(1).max(12),
  year: z.int().min(1).max(9_999),
});

export const NAME_MAX = 120;

export const askInput = z.strictObject({
  ticket: z.string().regex(/^\d{13}\.[A-Za-z0-9_-]{43}\.[0-9a-f]{64}$/),
  email,
  displayName: line(NAME_MAX),
  country,
  timeZone: timeZone.optional(),
});
export const linkInput = z.strictObject({ token });
export const completeInput = z.strictObject({ token, password });
