import { z } from 'zod';
import { caseReference, id } from '../../trpc/input.ts';
import { copySections } from '../copy/input.ts';

/** For whom, and the case in which they wanted it. */
const whom = { subjectId: id, ticket: caseReference };

/** What support may ask for a customer; a correction is a case of its own. */
export const askForInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('portability'), ...whom, sections: copySections }),
  z.strictObject({ kind: z.literal('erasure'), ...whom }),
]);
