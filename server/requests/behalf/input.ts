import { z } from 'zod';
import { id, line } from '../../trpc/input.ts';
import { copySections } from '../copy/input.ts';

/** For whom, and the ticket in which they wanted it. */
const whom = { subjectId: id, ticket: line(40) };

/** What support may ask for a customer; a correction is a case of its own. */
export const askForInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('portability'), ...whom, sections: copySections }),
  z.strictObject({ kind: z.literal('erasure'), ...whom }),
]);
