import type { MessageDescriptor } from 'react-intl';
import type { KeptGround, RefusalReason } from '../../server/services/contract/tasks.ts';
import type { SetbackCode } from '../../server/services/tasks/setback.ts';
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
const setbacks = defineMessages<SetbackCode>({
  ANSWER_REFUSED: {
    id: 'holderSetback.ANSWER_REFUSED',
    defaultMessage: 'it did not have the form that we asked for',
  },
  ANSWER_TOO_LARGE: {
    id: 'holderSetback.ANSWER_TOO_LARGE',
    defaultMessage: 'it was larger than an answer may be',
  },
  TASK_WRONG_SUBJECT: {
    id: 'holderSetback.TASK_WRONG_SUBJECT',
    defaultMessage: 'it was about another account',
  },
  TASK_LEASE_OVER: {
    id: 'holderSetback.TASK_LEASE_OVER',
    defaultMessage: 'it came after the question had been handed out again',
  },
  STILL_THERE: {
    id: 'holderSetback.STILL_THERE',
    defaultMessage: 'what it said it had erased is still there',
  },
  port_failed: { id: 'holderSetback.port_failed', defaultMessage: 'its system failed' },
  port_timed_out: {
    id: 'holderSetback.port_timed_out',
    defaultMessage: 'its system took too long',
  },
  unavailable: { id: 'holderSetback.unavailable', defaultMessage: 'its system is not available' },
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

/** Why an answer of a system settled nothing. */
export function setbackText(code: SetbackCode): MessageDescriptor {
  return setbacks[code];
}

/** The same for a code of the log; null for what is none. */
export function setbackTextOf(code: string | null): MessageDescriptor | null {
  return code !== null && Object.hasOwn(setbacks, code) ? setbacks[code as SetbackCode] : null;
}

/** `untrue`: its own check contradicts it; `failed`: it could not; `refused`: we could not use its answer. */
export function setbackKind(code: SetbackCode): 'untrue' | 'failed' | 'refused' {
  if (code === 'STILL_THERE') return 'untrue';
  return code === 'port_failed' || code === 'port_timed_out' || code === 'unavailable'
    ? 'failed'
    : 'refused';
}

/** Why a system keeps something after an erasure. */
export function groundText(ground: string): MessageDescriptor {
  return grounds[ground as KeptGround] ?? other.ground;
}
