import type { IntlShape } from 'react-intl';
import { formatDateTime, formatDay, formatRelative } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import {
  groundText,
  reasonText,
  setbackKind,
  setbackText,
  standingText,
  standingTone,
} from '../requests/holder-text.ts';
import type { Tone } from '../ui/tag.tsx';
import type { Queued, RequestDetail } from './oversight-text.ts';
import type { DetailHolder } from './timeline.ts';

/** Nearer than this, a time with minutes says nothing. */
const MINUTE_MS = 60_000;

type Awaited = Queued['awaits'][number];

const tagText = defineMessages({
  refused: { id: 'deskHolder.tag.refused', defaultMessage: 'Answer refused' },
  untrue: { id: 'deskHolder.tag.untrue', defaultMessage: 'Not erased' },
  failed: { id: 'deskHolder.tag.failed', defaultMessage: 'Could not' },
});

const text = defineMessages({
  planned: { id: 'deskHolder.planned', defaultMessage: 'Asked once no legal hold is in the way.' },
  asked: {
    id: 'deskHolder.asked',
    defaultMessage:
      'Asked on {when}{attempts, plural, =0 {; it has not come for the question yet} one {} other {; given the question # times}}.',
  },
  refused: { id: 'deskHolder.refused', defaultMessage: 'Answered on {when}, refused: {reason}.' },
  untrue: {
    id: 'deskHolder.untrue',
    defaultMessage:
      'Answered that it had erased. Its own check on {when} contradicts that: {remaining, plural, =0 {entries are} one {# entry is} other {# entries are}} still there.',
  },
  failed: {
    id: 'deskHolder.failed',
    defaultMessage: 'Answered on {when} that it could not: {reason}.',
  },
  refusedByIt: {
    id: 'deskHolder.refusedByIt',
    defaultMessage: 'Answered on {when} that it does not: {reason}.',
  },
  missing: {
    id: 'deskHolder.missing',
    defaultMessage: '{answered, select, true {No answer that counts} other {No answer}} by {due}.',
  },
  answered: { id: 'deskHolder.answered', defaultMessage: 'Answered on {when}.' },
  inCopy: {
    id: 'deskHolder.inCopy',
    defaultMessage:
      'Answered on {when}; {records, plural, =0 {it holds nothing} one {# entry is in the copy} other {# entries are in the copy}}.',
  },
  late: {
    id: 'deskHolder.late',
    defaultMessage: 'Answered on {when}, after the copy was made. A new copy will contain it.',
  },
  corrected: { id: 'deskHolder.corrected', defaultMessage: 'Took the correction over on {when}.' },
  erased: {
    id: 'deskHolder.erased',
    defaultMessage:
      'Erased {records, plural, =0 {nothing, as it held nothing,} one {# entry} other {# entries}} on {when}.',
  },
  verified: {
    id: 'deskHolder.verified',
    defaultMessage: 'Its check on {when} found nothing left.',
  },
  unverified: {
    id: 'deskHolder.unverified',
    defaultMessage: 'It is asked now whether anything is left.',
  },
  keeps: {
    id: 'deskHolder.keeps',
    defaultMessage:
      'Keeps {records, plural, one {# entry} other {# entries}}{until, select, none {} other { until {until}}}: {ground}.',
  },
  out: {
    id: 'deskHolder.out',
    defaultMessage: 'It has the question now; without an answer it is given once more at {when}.',
  },
  nextAt: { id: 'deskHolder.nextAt', defaultMessage: 'Next: asked again on {when} ({relative}).' },
  nextSoon: { id: 'deskHolder.nextSoon', defaultMessage: 'Next: asked again within a minute.' },
  nextNow: {
    id: 'deskHolder.nextNow',
    defaultMessage: 'Next: asked again as soon as it comes for its questions.',
  },
  person: {
    id: 'deskHolder.person',
    defaultMessage: 'Needs a person of ours since {when}: write to it.',
  },
  over: { id: 'deskHolder.over', defaultMessage: 'It is no longer asked.' },
  queueNone: { id: 'deskHolder.queue.none', defaultMessage: '{name}: no answer yet' },
  queueRefused: {
    id: 'deskHolder.queue.refused',
    defaultMessage: '{name}: answered, refused: {reason}',
  },
  queueUntrue: {
    id: 'deskHolder.queue.untrue',
    defaultMessage:
      '{name}: said it had erased; its own check found {remaining, plural, =0 {entries} one {# entry} other {# entries}} still there',
  },
  queueFailed: {
    id: 'deskHolder.queue.failed',
    defaultMessage: '{name}: answered that it could not: {reason}',
  },
  queueRefusedByIt: {
    id: 'deskHolder.queue.refusedByIt',
    defaultMessage: '{name}: answered that it does not: {reason}',
  },
});

/** Where a system stands, in a word: an answer that settled nothing comes before that it is asked. */
export function holderTag(intl: IntlShape, { standing, setback }: DetailHolder) {
  const tone: Tone = setback ? 'bad' : standingTone[standing];
  const word = setback ? tagText[setbackKind(setback.code)] : standingText[standing];
  return { tone, words: intl.formatMessage(word) };
}

/** Whom a request waits for and what came of asking, as one line of the queue. */
export function awaitedWords(
  intl: IntlShape,
  { name, standing, reason, setback }: Awaited,
): string {
  if (setback) {
    const words = {
      refused: text.queueRefused,
      untrue: text.queueUntrue,
      failed: text.queueFailed,
    }[setbackKind(setback.code)];
    return intl.formatMessage(words, {
      name,
      reason: intl.formatMessage(setbackText(setback.code)),
      remaining: setback.remaining ?? 0,
    });
  }
  if (standing === 'refused')
    return intl.formatMessage(text.queueRefusedByIt, {
      name,
      reason: intl.formatMessage(reasonText(reason)),
    });
  return intl.formatMessage(text.queueNone, { name });
}

/** What a system was asked, what it answered, what is tried next: a sentence each. */
export function holderSentences(
  intl: IntlShape,
  holder: DetailHolder,
  request: Pick<RequestDetail, 'kind' | 'endedAt'>,
): string[] {
  const { standing, askedAt, attempts, open, needsPersonSince } = holder;
  if (standing === 'planned') return [intl.formatMessage(text.planned)];
  return [
    ...(askedAt && standing !== 'done'
      ? [intl.formatMessage(text.asked, { when: formatDateTime(askedAt), attempts })]
      : []),
    ...answered(intl, holder, request),
    ...(open ? next(intl, holder) : []),
    ...(open && needsPersonSince
      ? [intl.formatMessage(text.person, { when: formatDateTime(needsPersonSince) })]
      : []),
    ...(open || standing === 'done' || standing === 'refused'
      ? []
      : [intl.formatMessage(text.over)]),
  ];
}

function answered(
  intl: IntlShape,
  holder: DetailHolder,
  request: Pick<RequestDetail, 'kind' | 'endedAt'>,
): string[] {
  const { standing, setback, reason, dueAt, answeredAt } = holder;
  const missing =
    standing === 'missing' && dueAt
      ? [
          intl.formatMessage(text.missing, {
            due: formatDateTime(dueAt),
            answered: String(setback !== null),
          }),
        ]
      : [];
  if (setback)
    return [
      intl.formatMessage(text[setbackKind(setback.code)], {
        when: formatDateTime(setback.at),
        reason: intl.formatMessage(setbackText(setback.code)),
        remaining: setback.remaining ?? 0,
      }),
      ...missing,
    ];
  if (standing === 'refused' && answeredAt)
    return [
      intl.formatMessage(text.refusedByIt, {
        when: formatDateTime(answeredAt),
        reason: intl.formatMessage(reasonText(reason)),
      }),
    ];
  return answeredAt ? settled(intl, holder, answeredAt, request) : missing;
}

/** An answer that counts, by what was asked. */
function settled(
  intl: IntlShape,
  { records, usedAt, verified, kept }: DetailHolder,
  answeredAt: string,
  { kind, endedAt }: Pick<RequestDetail, 'kind' | 'endedAt'>,
): string[] {
  const values = { when: formatDateTime(answeredAt), records: records ?? 0 };
  if (kind === 'rectification') return [intl.formatMessage(text.corrected, values)];
  if (kind === 'portability') {
    if (usedAt) return [intl.formatMessage(text.inCopy, values)];
    return [intl.formatMessage(endedAt ? text.late : text.answered, values)];
  }
  return [
    intl.formatMessage(text.erased, values),
    verified
      ? intl.formatMessage(text.verified, { when: formatDateTime(verified.at) })
      : intl.formatMessage(text.unverified),
    ...(kept
      ? [
          intl.formatMessage(text.keeps, {
            records: kept.records,
            until: kept.until ? formatDay(kept.until) : 'none',
            ground: intl.formatMessage(groundText(kept.ground)),
          }),
        ]
      : []),
  ];
}

/** Of a question that was given out before, when it is given out again. */
function next(intl: IntlShape, { attempts, outUntil, nextAt }: DetailHolder): string[] {
  if (attempts === 0) return [];
  const now = new Date();
  if (outUntil && new Date(outUntil) > now)
    return [intl.formatMessage(text.out, { when: formatDateTime(outUntil) })];
  if (!nextAt) return [];
  const wait = new Date(nextAt).getTime() - now.getTime();
  if (outUntil || wait <= 0) return [intl.formatMessage(text.nextNow)];
  if (wait < MINUTE_MS) return [intl.formatMessage(text.nextSoon)];
  return [
    intl.formatMessage(text.nextAt, {
      when: formatDateTime(nextAt),
      relative: formatRelative(nextAt, now),
    }),
  ];
}
