import type { Act } from './act.ts';
import { accountActs } from './acts-account.ts';
import { factorActs } from './acts-factors.ts';
import { lostActs } from './acts-lost.ts';
import { recoveryActs } from './acts-recovery.ts';
import { signInActs } from './acts-sign-in.ts';
import { signUpActs } from './acts-sign-up.ts';

/** Everything that may be done, by name. */
export const acts: Readonly<Record<string, Act>> = {
  ...signUpActs,
  ...signInActs,
  ...factorActs,
  ...recoveryActs,
  ...lostActs,
  ...accountActs,
};
