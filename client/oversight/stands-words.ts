import type { IntlShape } from 'react-intl';
import { dueDate } from '../lib/due-words.ts';
import { continued, formatDate, formatDateTime, formatDay, formatList } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import type { RequestDetail } from './oversight-text.ts';
import { stepWords } from './step-text.ts';
import { notConnected } from './timeline.ts';

const text = defineMessages({
  ended: { id: 'stands.ended', defaultMessage: 'It ended on {date}. Nothing more is to come.' },
  endedOthers: {
    id: 'stands.endedOthers',
    defaultMessage:
      'It ended on {date}, and the portal does nothing more about it. {names}: the portal cannot ask; a person of ours writes to each.',
  },
  endedAsking: {
    id: 'stands.endedAsking',
    defaultMessage: 'It ended on {date}. {names} is still asked, for as long as the copy is there.',
  },
  unconfirmed: {
    id: 'stands.unconfirmed',
    defaultMessage: 'It waits for the customer, until {when}.',
  },
  waiting: { id: 'stands.waiting', defaultMessage: 'It starts by itself on {when}.' },
  stopped: {
    id: 'stands.stopped',
    defaultMessage:
      'Stopped by a legal hold since {since}: it cannot end before the hold does, on {until} at the latest. {begins, select, none {What is not held is being deleted, or has been.} other {What is not held is deleted from {begins} on.}}',
  },
  stuck: { id: 'stands.stuck', defaultMessage: 'It waits for a person: work failed.' },
  holders: { id: 'stands.holders', defaultMessage: 'It waits for {names}.' },
  step: { id: 'stands.step', defaultMessage: 'It stands at: {step}.' },
  both: { id: 'stands.both', defaultMessage: '{stands} {due}.' },
  due: {
    id: 'stands.due',
    defaultMessage:
      '{stopped, select, true {{late, select, true {Without the hold it was due on {date}} other {Without the hold it is due by {date}}}} other {{late, select, true {Was due on {date}} other {Due by {date}}}}}',
  },
});

/** Where the request stands and until when it has to be answered, in one line. */
export function standsWords(intl: IntlShape, request: RequestDetail): string {
  const { endedAt } = request;
  if (endedAt) {
    const asked = openHolders(request);
    const others = notConnected(request).map(({ name }) => name);
    const words =
      asked.length > 0 ? text.endedAsking : others.length > 0 ? text.endedOthers : text.ended;
    return intl.formatMessage(words, {
      date: formatDate(endedAt),
      names: formatList(asked.length > 0 ? asked : others),
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
  { dueAt, daysLeft, stopped }: Pick<RequestDetail, 'dueAt' | 'daysLeft' | 'stopped'>,
): string {
  return intl.formatMessage(text.due, {
    late: String((daysLeft ?? 0) < 0),
    stopped: String(stopped !== null),
    date: dueDate(intl, { dueAt, daysLeft }),
  });
}

function standing(intl: IntlShape, request: RequestDetail): string {
  const { state, askedFor, executesAt, stopped, jobs, steps, kind } = request;
  const begins = steps.some(({ startedAt }) => startedAt) ? null : executesAt;
  if (jobs.some(({ stuck }) => stuck)) return intl.formatMessage(text.stuck);
  if (stopped)
    return intl.formatMessage(text.stopped, {
      since: formatDate(stopped.since),
      until: formatDay(stopped.until),
      begins: begins ? formatDateTime(begins) : 'none',
    });
  if (state === 'unconfirmed' && askedFor)
    return intl.formatMessage(text.unconfirmed, { when: formatDateTime(askedFor.until) });
  if (state === 'waiting' && begins)
    return intl.formatMessage(text.waiting, { when: formatDateTime(begins) });
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
