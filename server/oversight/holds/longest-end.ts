import { addPeriod } from '../../../db/data-map/keeps.ts';

const LONGEST = 'P12M';

/** After this no hold that is proposed now can last, nor what it keeps from its person. */
export function longestEnd(now: Date): Date {
  return addPeriod(now, LONGEST);
}
