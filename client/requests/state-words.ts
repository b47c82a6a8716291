import type { IntlShape } from 'react-intl';
import { formatDateTime, formatRelative } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { type RequestView, shownState } from './request-text.ts';

const text = defineMessages({
  running: {
    id: 'requestPage.running',
    defaultMessage: 'We are working on it. You can leave this page; we mail you when it is done.',
  },
  waiting: {
    id: 'requestPage.waiting',
    defaultMessage: 'It starts by itself on {when} ({relative}). Until then you can cancel it.',
  },
  held: {
    id: 'requestPage.held',
    defaultMessage: 'Everything that may be deleted was deleted. The rest waits for a legal hold.',
  },
  unconfirmed: {
    id: 'requestPage.unconfirmed',
    defaultMessage:
      '{who} asked for this for you. Nothing is done unless you confirm it by {until} ({relative}).',
  },
  declined: { id: 'requestPage.declined', defaultMessage: 'You declined it. Nothing was done.' },
  lapsed: {
    id: 'requestPage.lapsed',
    defaultMessage: 'It was not confirmed in time and has lapsed. Nothing was done.',
  },
  completed: { id: 'requestPage.completed', defaultMessage: 'It is done.' },
  ready: {
    id: 'requestPage.ready',
    defaultMessage: 'It is ready. You can download it until {until} ({relative}).',
  },
  gone: {
    id: 'requestPage.gone',
    defaultMessage: 'It was made, and can no longer be downloaded.',
  },
  cancelled: {
    id: 'requestPage.cancelled',
    defaultMessage: 'It was cancelled; nothing was deleted.',
  },
  notCorrected: {
    id: 'requestPage.notCorrected',
    defaultMessage: 'It was taken back or refused; nothing was corrected.',
  },
  failed: {
    id: 'requestPage.failed',
    defaultMessage: 'It could not be done. We know of it; you can also start it again.',
  },
});

/** The work has begun, and a legal hold keeps it from its end. */
export function isHeld({ state, failure }: RequestView): boolean {
  return state === 'waiting' && failure === 'LEGAL_HOLD';
}

/** Where the request stands, and what follows from it for the person. */
export function stateWords(intl: IntlShape, view: RequestView): string {
  const { kind, state, executesAt, archive, askedFor } = view;
  const shown = shownState({ state, answer: askedFor?.answer ?? null });
  if (isHeld(view)) return intl.formatMessage(text.held);
  if (shown === 'unconfirmed')
    return intl.formatMessage(text.unconfirmed, {
      who: askedFor?.who,
      until: askedFor ? formatDateTime(askedFor.until) : '',
      relative: askedFor ? formatRelative(askedFor.until) : '',
    });
  if (state === 'waiting')
    return intl.formatMessage(text.waiting, {
      when: executesAt ? formatDateTime(executesAt) : '',
      relative: executesAt ? formatRelative(executesAt) : '',
    });
  if (shown === 'cancelled' && kind === 'rectification')
    return intl.formatMessage(text.notCorrected);
  if (shown !== 'completed' || !archive) return intl.formatMessage(text[shown]);
  if (archive.deletedAt) return intl.formatMessage(text.gone);
  return intl.formatMessage(text.ready, {
    until: formatDateTime(archive.expiresAt),
    relative: formatRelative(archive.expiresAt),
  });
}
