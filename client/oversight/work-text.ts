import type { IntlShape, MessageDescriptor } from 'react-intl';
import type { MailTemplate } from '../../server/mail/templates.ts';
import { defineMessages } from '../lib/messages.ts';

/** Letters about a request, by what they tell. */
type RequestLetter =
  | Extract<MailTemplate, `copy_${string}` | `asked_for${string}` | `erasure_${string}`>
  | 'farewell';

const letterText = defineMessages<RequestLetter>({
  copy_asked: { id: 'deskLetter.copy_asked', defaultMessage: 'the copy is being made' },
  copy_ready: { id: 'deskLetter.copy_ready', defaultMessage: 'the copy is ready' },
  copy_failed: { id: 'deskLetter.copy_failed', defaultMessage: 'the copy could not be made' },
  asked_for: { id: 'deskLetter.asked_for', defaultMessage: 'asks whether they want it' },
  asked_for_reminder: {
    id: 'deskLetter.asked_for_reminder',
    defaultMessage: 'asks once more whether they want it',
  },
  asked_for_lapsed: {
    id: 'deskLetter.asked_for_lapsed',
    defaultMessage: 'it was not confirmed and has lapsed',
  },
  erasure_scheduled: {
    id: 'deskLetter.erasure_scheduled',
    defaultMessage: 'when the account will be deleted, and how to cancel',
  },
  erasure_reminder: {
    id: 'deskLetter.erasure_reminder',
    defaultMessage: 'the account will be deleted tomorrow',
  },
  erasure_postponed: {
    id: 'deskLetter.erasure_postponed',
    defaultMessage: 'the deletion begins later, for lost sign-in devices were replaced',
  },
  erasure_cancelled: {
    id: 'deskLetter.erasure_cancelled',
    defaultMessage: 'the account will not be deleted',
  },
  farewell: { id: 'deskLetter.farewell', defaultMessage: 'the account was deleted' },
});

/** Work that may fail, by the kind of its job. */
const jobText: Partial<Record<string, MessageDescriptor>> = defineMessages({
  'copy.build': { id: 'deskJob.copy.build', defaultMessage: 'Making the copy' },
  'copy.expire': { id: 'deskJob.copy.expire', defaultMessage: 'Deleting the copy in time' },
  'erasure.run': { id: 'deskJob.erasure.run', defaultMessage: 'Deleting the account' },
  'erasure.postpone': {
    id: 'deskJob.erasure.postpone',
    defaultMessage: 'Moving the day of the deletion',
  },
  'erasure.remind': { id: 'deskJob.erasure.remind', defaultMessage: 'Reminding the customer' },
  'request.confirmation': {
    id: 'deskJob.request.confirmation',
    defaultMessage: 'Asking the customer to confirm',
  },
  'holder.watch': { id: 'deskJob.holder.watch', defaultMessage: 'Watching other systems' },
});

const text = defineMessages({
  letter: { id: 'deskLetter.letter', defaultMessage: 'Letter: {what}' },
  letterOther: { id: 'deskLetter.other', defaultMessage: 'A letter to the customer' },
  jobOther: { id: 'deskJob.other', defaultMessage: 'Other work' },
});

/** What a letter told its customer. */
export function letterWords(intl: IntlShape, template: string): string {
  if (!Object.hasOwn(letterText, template)) return intl.formatMessage(text.letterOther);
  const what = intl.formatMessage(letterText[template as RequestLetter]);
  return intl.formatMessage(text.letter, { what });
}

/** What work does that failed. */
export function jobWords(intl: IntlShape, kind: string): string {
  return intl.formatMessage(jobText[kind] ?? text.jobOther);
}
