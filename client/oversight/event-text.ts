import type { IntlShape } from 'react-intl';
import type { TaskKind } from '../../server/services/contract/tasks.ts';
import { actionWords } from '../audit/action-text.ts';
import { defineMessages } from '../lib/messages.ts';
import { reasonText, setbackTextOf } from '../requests/holder-text.ts';
import type { RequestDetail } from './oversight-text.ts';

export type DetailEvent = RequestDetail['events'][number];

/** What the customer's own log says to "you". */
const deskText = defineMessages({
  'request.copy_asked_for': {
    id: 'deskEvent.request.copy_asked_for',
    defaultMessage: 'Asked for a copy for the customer',
  },
  'request.erasure_asked_for': {
    id: 'deskEvent.request.erasure_asked_for',
    defaultMessage: 'Asked for the customer that the account be deleted',
  },
});

const questionText = defineMessages<TaskKind>({
  read: { id: 'deskQuestion.read', defaultMessage: 'to show what it holds' },
  export: { id: 'deskQuestion.export', defaultMessage: 'for what it holds' },
  correct: { id: 'deskQuestion.correct', defaultMessage: 'to correct what it holds' },
  restrict: { id: 'deskQuestion.restrict', defaultMessage: 'to restrict what it does' },
  erase: { id: 'deskQuestion.erase', defaultMessage: 'to erase what it holds' },
  verify_erased: { id: 'deskQuestion.verify_erased', defaultMessage: 'whether anything is left' },
});

const text = defineMessages({
  asked: { id: 'deskEvent.asked', defaultMessage: 'Was asked {question}' },
  askedAbout: { id: 'deskEvent.askedAbout', defaultMessage: 'about its data' },
  done: { id: 'deskEvent.done', defaultMessage: 'Answered that it is done' },
  refusedByUs: { id: 'deskEvent.refusedByUs', defaultMessage: 'Answered, refused: {reason}' },
  refusedByIt: {
    id: 'deskEvent.refusedByIt',
    defaultMessage: 'Answered that it does not: {reason}',
  },
  failed: { id: 'deskEvent.failed', defaultMessage: 'Answered that it could not: {reason}' },
  untrue: { id: 'deskEvent.untrue', defaultMessage: 'Answered, contradicting itself: {reason}' },
  unread: {
    id: 'deskEvent.unread',
    defaultMessage: 'Answered, and it did not count; why can no longer be read',
  },
  noReason: {
    id: 'deskEvent.noReason',
    defaultMessage: 'the reason can no longer be read',
  },
  closed: { id: 'deskEvent.closed', defaultMessage: 'it was no longer asked' },
  twice: { id: 'deskEvent.twice', defaultMessage: 'it had answered already' },
  foreign: { id: 'deskEvent.foreign', defaultMessage: 'it was not asked that' },
  late: { id: 'deskEvent.late', defaultMessage: '{name} did not answer in time' },
  person: { id: 'deskEvent.person', defaultMessage: '{name} became a task for our staff' },
});

const otherRefusals: Partial<Record<string, (typeof text)[keyof typeof text]>> = {
  TASK_CLOSED: text.closed,
  TASK_ALREADY_ANSWERED: text.twice,
  NOT_FOUND: text.foreign,
};

/** What happened, as staff say it: of another system, what it was asked and what came of its answer. */
export function eventWords(intl: IntlShape, event: DetailEvent): string {
  const { action, holder } = event;
  switch (action) {
    case 'holder.task_claimed':
      return intl.formatMessage(text.asked, {
        question: intl.formatMessage(holder?.asked ? questionText[holder.asked] : text.askedAbout),
      });
    case 'holder.task_answered':
      return answerWords(intl, event);
    case 'holder.answer_refused':
      return intl.formatMessage(text.refusedByUs, {
        reason: intl.formatMessage(
          setbackTextOf(holder?.code ?? null) ?? otherRefusals[holder?.code ?? ''] ?? text.noReason,
        ),
      });
    case 'holder.late':
      if (holder) return intl.formatMessage(text.late, { name: holder.name });
      break;
    case 'holder.needs_person':
      if (holder) return intl.formatMessage(text.person, { name: holder.name });
      break;
  }
  return Object.hasOwn(deskText, action)
    ? intl.formatMessage(deskText[action as keyof typeof deskText])
    : actionWords(intl, { action, details: null });
}

function answerWords(intl: IntlShape, { outcome, holder }: DetailEvent): string {
  if (outcome === 'done') return intl.formatMessage(text.done);
  const code = holder?.code ?? null;
  if (outcome === 'refused')
    return intl.formatMessage(text.refusedByIt, {
      reason: intl.formatMessage(code === null ? text.noReason : reasonText(code)),
    });
  // The details went with the account's key.
  if (code === null) return intl.formatMessage(text.unread);
  return intl.formatMessage(code === 'STILL_THERE' ? text.untrue : text.failed, {
    reason: intl.formatMessage(setbackTextOf(code) ?? text.noReason),
  });
}
