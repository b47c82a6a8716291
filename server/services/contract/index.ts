import type { z } from 'zod';
import * as account from './account.ts';
import * as billing from './billing.ts';
import * as consent from './consent.ts';
import * as decisions from './decisions.ts';
import * as devices from './devices.ts';
import type { ContractEntry } from './entry.ts';
import * as events from './events.ts';
import * as tasks from './tasks.ts';
import * as usage from './usage.ts';

/** Every procedure a service may call, by its path. A scope is the right to call one of them. */
export const contract = {
  'account.provision': account.provision,
  'account.lookup': account.lookup,
  'consent.mayContact': consent.mayContact,
  'consent.mayContactMany': consent.mayContactMany,
  'tasks.claim': tasks.claim,
  'tasks.answer': tasks.answer,
  'usage.report': usage.report,
  'billing.report': billing.report,
  'devices.report': devices.report,
  'decisions.report': decisions.report,
  'events.since': events.since,
} as const satisfies Record<`${string}.${string}`, ContractEntry>;

export type Scope = keyof typeof contract;
/** What a caller hands in. */
export type InputOf<S extends Scope> = z.input<(typeof contract)[S]['input']>;
/** What a rule gets of it: read, trimmed, with what was left out filled in. */
export type ParsedOf<S extends Scope> = z.output<(typeof contract)[S]['input']>;
/** What a caller is answered. */
export type OutputOf<S extends Scope> = z.output<(typeof contract)[S]['output']>;
