import { z } from 'zod';
import { id, text } from '../trpc/input.ts';

export const WORDS_MAX = 1_000;

export const alarmInput = z.strictObject({
  /** What was not them: an entry of the log, or a session by its sign-in; neither, when it is something else. */
  event: id.optional(),
  session: id.optional(),
  words: text(WORDS_MAX).transform((value) => value.trim()),
});
