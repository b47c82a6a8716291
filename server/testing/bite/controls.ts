import type { Control } from './control.ts';
import { controlsOfAccess } from './controls-of-access.ts';
import { controlsOfElsewhere } from './controls-of-elsewhere.ts';
import { controlsOfFactors } from './controls-of-factors.ts';
import { controlsOfKeeping } from './controls-of-keeping.ts';
import { controlsOfSessions } from './controls-of-sessions.ts';
import { controlsOfStorage } from './controls-of-storage.ts';
import { controlsOfTransport } from './controls-of-transport.ts';

/** Each control with the patch that removes it and the test that misses it. */
export const controls: readonly Control[] = [
  ...controlsOfFactors,
  ...controlsOfSessions,
  ...controlsOfAccess,
  ...controlsOfStorage,
  ...controlsOfElsewhere,
  ...controlsOfTransport,
  ...controlsOfKeeping,
];
