import { z } from 'zod';
import { cursor, direction } from '../trpc/input.ts';

/** Whose acts to show: everything, people of EaseLLM, services, the portal itself, one's own. */
export const actorFilters = ['all', 'staff', 'service', 'system', 'subject'] as const;
export const logInput = z.strictObject({
  actor: z.enum(actorFilters),
  cursor: cursor.optional(),
  direction,
});
