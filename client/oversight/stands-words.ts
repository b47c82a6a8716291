import type { IntlShape } from 'react-intl';
import { dueDate } from '../lib/due-words.ts';
import { continued, formatDate, formatDateTime, formatList } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import type { RequestDetail } from './oversight-text.ts';
import { stepWords } from './step-text.ts';

const text = defineMessages({
  ended: { id: 'stands.ended', defaultMessage: 'It ended on {date}. Nothing more is to come.' },
  endedAsking: {
    id: 'stands.endedAsking',
    defaultMessage: 'It ended on {date}. {names} is still asked, for as long as the copy is there.',
  },
  unconfirmed: {
    id: 'stands.unconfirmed',
    defaultMessage: 'It waits for the customer, until {when}.',
  },
  waiting: { id: 'stands.waiting', defaultMessage: 'It starts by itself on {when}.' },
  held: { id: 'stands.held', defaultMessage: 'It waits for a legal hold to end.' },
  stuck: { id: 'stands.stuck', defaultMessage: 'It waits for a person: work failed.' },
  holders: { id: 'stands.holders', defaultMessage: 'It waits for {names}.' },
  step: { id: 'stands.step', defaultMessage: 'It stands at: {step}.' },
  both: { id: 'stands.both', defaultMessage: '{stands} {due}.' },
  due: {
    id: 'stands.due',
    defaultMessage: '{late, select, true {Was due on {date}} other {Due by {date}}}',
  },
});

/** Where the request stands and until when it has to be answered, in one line. */
export function standsWords(intl: IntlShape, request: RequestDetail): string {
  const { endedAt } = request;
  if (endedAt) {
    const names = openHolders(request);
    return intl.formatMessage(names.length > 0 ? text.endedAsking : text.ended, {
      date: formatDate(endedAt),
      names: formatList(names),
    });
  }
  return intl.formatMessage(text.both, {
    stands: standing(intl, request),
    due: dueSentence(intl, request),
  });
}

/** The day by which it has to be answered. */
export function dueSentence(
  intl: IntlShape,
  { dueAt, daysLeft }: Pick<RequestDetail, 'dueAt' | 'daysLeft'>,
): string {
  return intl.formatMessage(text.due, {
    late: String((daysLeft ?? 0) < 0),
    date: dueDate(intl, { dueAt, daysLeft }),
  });
}

function standing(intl: IntlShape, request: RequestDetail): string {
  const { state, askedFor, executesAt, held, jobs, steps, kind } = request;
  if (jobs.some(({ stuck }) => stuck)) return intl.formatMessage(text.stuck);
  if (held) return intl.formatMessage(text.held);
  if (state === 'unconfirmed' && askedFor)
    return intl.formatMessage(text.unconfirmed, { when: formatDateTime(askedFor.until) });
  if (state === 'waiting' && executesAt)
    return intl.formatMessage(text.waiting, { when: formatDateTime(executesAt) });
  const step = steps.find((one) => one.state !== 'done');
  const names = openHolders(request);
  const waits = step?.kind === 'holder' || (step?.kind === 'holders' && kind !== 'erasure');
  if (waits && names.length > 0)
    return intl.formatMessage(text.holders, { names: formatList(names) });
  return step
    ? intl.formatMessage(text.step, { step: continued(stepWords(intl, step, kind)) })
    : '';
}

/** Systems that are asked now and have not done it. */
function openHolders({ holders }: RequestDetail): string[] {
  return holders
    .filter(({ open, standing: stands }) => open && stands !== 'planned')
    .map(({ name }) => name);
}
