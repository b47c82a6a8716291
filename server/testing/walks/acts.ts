import { accountActs } from './acts-account.ts';
import { factorActs } from './acts-factors.ts';
import { lostActs } from './acts-lost.ts';
import { recoveryActs } from './acts-recovery.ts';
import { signInActs } from './acts-sign-in.ts';
import { signUpActs } from './acts-sign-up.ts';
import type { Browser, Walk } from './state.ts';

/** Something that a browser may do. */
export type Act = {
  /** How likely it is chosen, as things stand; everything may be tried at any time. */
  weigh(walk: Walk, browser: Browser): number;
  /** Does it, and compares. @returns what was done, in words */
  does(walk: Walk, browser: Browser, n: number): Promise<string>;
};

export const acts: Readonly<Record<string, Act>> = {
  ...signUpActs,
  ...signInActs,
  ...factorActs,
  ...recoveryActs,
  ...lostActs,
  ...accountActs,
};
