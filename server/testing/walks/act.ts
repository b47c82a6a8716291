import type { Browser, Walk } from './state.ts';

/** Something that a browser may do. */
export type Act = {
  /** How likely it is chosen, as things stand; everything may be tried at any time. */
  weigh(walk: Walk, browser: Browser): number;
  /** Does it, and compares. @returns what was done, in words */
  does(walk: Walk, browser: Browser, n: number): Promise<string>;
};
