import { customerBy } from './oversight-text.ts';

/** Whose data a hold is to be on, where the page before knows: never an address, only references. */
export type ProposeWish = { by?: 'reference'; value?: string };

const REFERENCE = /^R-[A-Z0-9]{6,12}$/i;

/** From an address, which anybody can have written. */
export function proposeWish({ by, value }: Record<string, unknown>): ProposeWish {
  const known = customerBy.find((one) => one === by);
  return known === 'reference' && typeof value === 'string' && REFERENCE.test(value)
    ? { by: 'reference', value }
    : {};
}
