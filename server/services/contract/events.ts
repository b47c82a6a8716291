import { z } from 'zod';
import { cursor, id } from '../../trpc/input.ts';
import { procedureShape } from './entry.ts';

export const MAX_EVENTS = 500;
export const eventKinds = [
  'account.provisioned',
  'account.corrected',
  'consent.changed',
  'deletion.begun',
  'deletion.cancelled',
  'deletion.completed',
] as const;

/** What happened since the cursor and concerns the caller. Nothing is skipped, and nothing comes twice. */
export const since = procedureShape({
  repeatable: true,
  input: z.strictObject({
    /** As answered by the last call; leave it out the first time. */
    cursor: cursor.optional(),
    limit: z.int().min(1).max(MAX_EVENTS).default(100),
  }),
  output: z.object({
    events: z.array(
      z.object({
        kind: z.enum(eventKinds),
        subjectId: id,
        /** Fields that were corrected, or topics with their channel whose choice changed. */
        codes: z.array(z.string()),
        occurredAt: z.string(),
      }),
    ),
    /** Ask with this next time, also when there was nothing. */
    cursor,
    /** There is more already. */
    more: z.boolean(),
  }),
});
