import type { MessageDescriptor } from 'react-intl';
import type { KeptGround, RefusalReason } from '../../server/services/contract/tasks.ts';
import { defineMessages } from '../lib/messages.ts';
import type { Tone } from '../ui/tag.tsx';
import type { RequestView } from './request-text.ts';

export type HolderView = RequestView['holders'][number];
type Standing = HolderView['standing'];

export const standingText = defineMessages<Standing>({
  not_connected: { id: 'standing.not_connected', defaultMessage: 'Not connected' },
  planned: { id: 'standing.planned', defaultMessage: 'Planned' },
  asked: { id: 'standing.asked', defaultMessage: 'Asked' },
  working: { id: 'standing.working', defaultMessage: 'In progress' },
  done: { id: 'standing.done', defaultMessage: 'Confirmed' },
  refused: { id: 'standing.refused', defaultMessage: 'Refused' },
  missing: { id: 'standing.missing', defaultMessage: 'Missing' },
});

export const standingTone: Record<Standing, Tone> = {
  not_connected: 'neutral',
  planned: 'neutral',
  asked: 'warn',
  working: 'warn',
  done: 'good',
  refused: 'bad',
  missing: 'bad',
};

const reasons = defineMessages<RefusalReason>({
  not_supported: {
    id: 'holderReason.not_supported',
    defaultMessage: 'it cannot do this for us',
  },
  legal_duty: { id: 'holderReason.legal_duty', defaultMessage: 'it says that a law forbids it' },
  unknown_field: { id: 'holderReason.unknown_field', defaultMessage: 'it does not hold this' },
});
const grounds = defineMessages<KeptGround>({
  payment_records: {
    id: 'holderGround.payment_records',
    defaultMessage: 'payment law asks it to keep records of transactions',
  },
  accounting_records: {
    id: 'holderGround.accounting_records',
    defaultMessage: 'tax law asks it to keep its accounts',
  },
  open_dispute: {
    id: 'holderGround.open_dispute',
    defaultMessage: 'a dispute about a payment is not over',
  },
});
const other = defineMessages({
  reason: { id: 'holderReason.other', defaultMessage: 'it gave no reason' },
  ground: { id: 'holderGround.other', defaultMessage: 'it gave no reason that we know' },
});

/** Why a system refused; of a reason that a newer version has, that it gave none. */
export function reasonText(reason: string | null): MessageDescriptor {
  return reasons[reason as RefusalReason] ?? other.reason;
}

/** Why a system keeps something after an erasure. */
export function groundText(ground: string): MessageDescriptor {
  return grounds[ground as KeptGround] ?? other.ground;
}
