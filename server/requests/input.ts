import { z } from 'zod';
import { REFERENCE } from './reference.ts';

export const reference = z.string().regex(REFERENCE);
export const referenceInput = z.strictObject({ reference });
