import type { z } from 'zod';
import * as consent from './consent.ts';
import type { ContractEntry } from './entry.ts';
import * as tasks from './tasks.ts';

/** Every procedure a service may call, by its path. A scope is the right to call one of them. */
export const contract = {
  'consent.mayContact': consent.mayContact,
  'consent.mayContactMany': consent.mayContactMany,
  'tasks.claim': tasks.claim,
  'tasks.answer': tasks.answer,
} as const satisfies Record<`${string}.${string}`, ContractEntry>;

export type Scope = keyof typeof contract;
/** What a caller hands in. */
export type InputOf<S extends Scope> = z.input<(typeof contract)[S]['input']>;
/** What a caller is answered. */
export type OutputOf<S extends Scope> = z.output<(typeof contract)[S]['output']>;
