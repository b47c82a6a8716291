import type { IntlShape } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import type { Queued, RequestDetail } from './oversight-text.ts';

const stepText = defineMessages({
  judged: { id: 'queueStep.judged', defaultMessage: 'Decision by a person' },
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

const text = defineMessages({
  prepare: {
    id: 'queueStep.prepare',
    defaultMessage: 'Preparing the questions to other systems',
  },
  other: { id: 'queueStep.other', defaultMessage: 'A step of an earlier version' },
  table: { id: 'queueStep.table', defaultMessage: 'data that we no longer hold' },
  system: { id: 'queueStep.system', defaultMessage: 'a system that we no longer use' },
  entries: {
    id: 'queueStep.entries',
    defaultMessage: '{done, plural, one {# entry} other {# entries}}',
  },
  entriesOf: { id: 'queueStep.entriesOf', defaultMessage: '{done, number} of {total, number}' },
  systems: {
    id: 'queueStep.systems',
    defaultMessage: '{done, plural, one {# system} other {# systems}}',
  },
  systemsOf: {
    id: 'queueStep.systemsOf',
    defaultMessage: '{done, number} of {total, plural, one {# system} other {# systems}}',
  },
  sessions: {
    id: 'queueStep.sessions',
    defaultMessage:
      '{done, plural, one {# running GPU session} other {# running GPU sessions}} ended',
  },
  copies: {
    id: 'queueStep.copiesDone',
    defaultMessage: '{done, plural, one {# copy} other {# copies}}',
  },
  rounds: {
    id: 'queueStep.rounds',
    defaultMessage:
      '{done, plural, one {# further round} other {# further rounds}}, as entries had come meanwhile',
  },
});

/** What a step does, in words for every step, also of one that an older version wrote. */
export function stepWords(
  intl: IntlShape,
  step: NonNullable<Queued['step']>,
  request: RequestDetail['kind'],
): string {
  const { kind, of } = step;
  if (kind === 'holders' && request === 'erasure') return intl.formatMessage(text.prepare);
  if (!Object.hasOwn(stepText, kind)) return intl.formatMessage(text.other);
  const unknown = kind === 'holder' ? text.system : text.table;
  return intl.formatMessage(stepText[kind as keyof typeof stepText], {
    name: of ?? intl.formatMessage(unknown),
  });
}

const counted = {
  holders: text.systems,
  lock: text.sessions,
  copies: text.copies,
  verify: text.rounds,
  holds: text.rounds,
} as const;
/** One letter, one key, one receipt: no number says more than that it is done. */
const uncounted = new Set(['farewell', 'key', 'receipt', 'holder']);

/** What a step was about, counted; null where there is nothing to count. */
export function stepCount(
  intl: IntlShape,
  { kind, state, rowsDone, rowsTotal }: RequestDetail['steps'][number],
): string | null {
  if (uncounted.has(kind)) return null;
  if (state === 'running' && rowsTotal !== null && rowsTotal > 0)
    return intl.formatMessage(kind === 'holders' ? text.systemsOf : text.entriesOf, {
      done: Math.min(rowsDone, rowsTotal),
      total: rowsTotal,
    });
  if (rowsDone === 0) return null;
  const words = kind in counted ? counted[kind as keyof typeof counted] : text.entries;
  return intl.formatMessage(words, { done: rowsDone });
}
