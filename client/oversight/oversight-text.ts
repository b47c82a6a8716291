import type { IntlShape } from 'react-intl';
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

const stepText = defineMessages({
  corrected: { id: 'queueStep.corrected', defaultMessage: 'Corrected here' },
  holders: { id: 'queueStep.holders', defaultMessage: 'Asking other systems' },
  holder: { id: 'queueStep.holder', defaultMessage: 'Waiting for {name}' },
  collect: { id: 'queueStep.collect', defaultMessage: 'Collecting the data' },
  seal: { id: 'queueStep.seal', defaultMessage: 'Packing and encrypting' },
  tell: { id: 'queueStep.tell', defaultMessage: 'Telling the customer' },
  delete: { id: 'queueStep.delete', defaultMessage: 'Deleting: {name}' },
  keep: { id: 'queueStep.keep', defaultMessage: 'Minimising: {name}' },
  lock: { id: 'queueStep.lock', defaultMessage: 'Closing the account' },
  copies: { id: 'queueStep.copies', defaultMessage: 'Deleting copies' },
  holds: { id: 'queueStep.holds', defaultMessage: 'Checking for legal holds' },
  farewell: { id: 'queueStep.farewell', defaultMessage: 'Preparing the last letter' },
  verify: { id: 'queueStep.verify', defaultMessage: 'Searching for what is left' },
  key: { id: 'queueStep.key', defaultMessage: 'Destroying the key' },
  receipt: { id: 'queueStep.receipt', defaultMessage: 'Issuing the receipt' },
});

/** What a step of a request does; of one that an older version wrote, its name. */
export function stepWords(intl: IntlShape, step: string): string {
  const [kind = '', name = ''] = step.split(':');
  const sentence = Object.hasOwn(stepText, kind) ? stepText[kind as keyof typeof stepText] : null;
  return sentence ? intl.formatMessage(sentence, { name }) : step;
}
