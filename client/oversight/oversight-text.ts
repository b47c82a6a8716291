import { defineMessages } from '../lib/messages.ts';
import type { Inputs, Outputs } from '../lib/trpc.ts';
import type { Tone } from '../ui/tag.tsx';

/** How a customer is found, grounds and filters: names of the server, checked against it. */
export const customerBy = [
  'reference',
  'account',
  'email',
] as const satisfies readonly Inputs['oversight']['findCustomer']['by'][];
export const grounds = [
  'authority_order',
  'legal_claims',
  'payment_dispute',
  'tax_audit',
] as const satisfies readonly Inputs['oversight']['proposeHold']['ground'][];
export const queueKinds = [
  'all',
  'portability',
  'erasure',
  'rectification',
] as const satisfies readonly Inputs['oversight']['queue']['kind'][];
export const queueStates = [
  'open',
  'unconfirmed',
  'waiting',
  'running',
  'completed',
  'cancelled',
  'failed',
  'all',
] as const satisfies readonly Inputs['oversight']['queue']['state'][];

export type FoundCustomer = NonNullable<Outputs['oversight']['findCustomer']>;
export type HoldView = Outputs['oversight']['holds']['holds'][number];
export type Queued = Outputs['oversight']['queue']['requests'][number];
export type RequestDetail = Outputs['oversight']['request'];

/** What a request is about, as staff say it. */
export const queueKindText = defineMessages<Queued['kind']>({
  portability: { id: 'queueKind.portability', defaultMessage: 'Copy' },
  erasure: { id: 'queueKind.erasure', defaultMessage: 'Deletion' },
  rectification: { id: 'queueKind.rectification', defaultMessage: 'Correction' },
});

export const holdStateText = defineMessages<HoldView['state']>({
  proposed: { id: 'holdState.proposed', defaultMessage: 'Proposed' },
  active: { id: 'holdState.active', defaultMessage: 'In force' },
  release_asked: { id: 'holdState.release_asked', defaultMessage: 'Release asked' },
  released: { id: 'holdState.released', defaultMessage: 'Released' },
  ended: { id: 'holdState.ended', defaultMessage: 'Ended' },
  declined: { id: 'holdState.declined', defaultMessage: 'Not approved' },
  lapsed: { id: 'holdState.lapsed', defaultMessage: 'Lapsed' },
});

export const holdStateTone: Record<HoldView['state'], Tone> = {
  proposed: 'neutral',
  active: 'warn',
  release_asked: 'warn',
  released: 'good',
  ended: 'good',
  declined: 'neutral',
  lapsed: 'neutral',
};
