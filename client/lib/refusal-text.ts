import type { MessageDescriptor } from 'react-intl';
import type { DomainErrorCode } from '../../server/errors.ts';
import { formatWait } from './format.ts';
import { intl } from './intl.tsx';
import { defineMessages } from './messages.ts';
import { refusalDetail } from './refusal.ts';

/** One sentence for every refusal: what is so, and what to do. A new code without one does not compile. */
export const refusalText = defineMessages({
  SIGNED_OUT: {
    id: 'refusal.SIGNED_OUT',
    defaultMessage:
      'You are signed out. Sign in again in another tab, then press the button again: what you typed stays here.',
  },
  SIGN_IN_REFUSED: {
    id: 'refusal.SIGN_IN_REFUSED',
    defaultMessage: 'The e-mail address or the password is not right.',
  },
  CODE_REFUSED: {
    id: 'refusal.CODE_REFUSED',
    defaultMessage: 'This code is not right. Enter the one that is shown now.',
  },
  CODE_ALREADY_USED: {
    id: 'refusal.CODE_ALREADY_USED',
    defaultMessage: 'This code was used already. The next one appears in {wait}.',
  },
  CODE_CHECK_CLOSED: {
    id: 'refusal.CODE_CHECK_CLOSED',
    defaultMessage: 'There were too many wrong codes. We accept none for {wait}.',
  },
  ATTEMPT_ENDED: {
    id: 'refusal.ATTEMPT_ENDED',
    defaultMessage:
      'This sign-in has ended, because of time or of wrong codes. Start again with your password.',
  },
  STEP_UP_REQUIRED: {
    id: 'refusal.STEP_UP_REQUIRED',
    defaultMessage: 'This needs a fresh code from your authenticator app.',
  },
  FACTOR_REQUIRED: {
    id: 'refusal.FACTOR_REQUIRED',
    defaultMessage:
      'This account has an authenticator app. Enter a code from it, or a recovery code.',
  },
  TOO_MANY_ATTEMPTS: {
    id: 'refusal.TOO_MANY_ATTEMPTS',
    defaultMessage: 'There were too many attempts. Try again in {wait}.',
  },
  BUSY: {
    id: 'refusal.BUSY',
    defaultMessage: 'Many people are signing in at once. Try again in {wait}.',
  },
  UNAVAILABLE: {
    id: 'refusal.UNAVAILABLE',
    defaultMessage:
      'We cannot reach our records right now. Nothing was changed. Try again in {wait}.',
  },
  INPUT_REFUSED: {
    id: 'refusal.INPUT_REFUSED',
    defaultMessage: 'Something that was entered cannot be used. Check it and try again.',
  },
  LINK_NOT_VALID: {
    id: 'refusal.LINK_NOT_VALID',
    defaultMessage: 'This link was used already, or it has expired. Ask for a new one.',
  },
  NOT_FOUND: { id: 'refusal.NOT_FOUND', defaultMessage: 'This does not exist, or not any more.' },
  NOT_ALLOWED: { id: 'refusal.NOT_ALLOWED', defaultMessage: 'This is not possible here.' },
  ACCOUNT_READ_ONLY: {
    id: 'refusal.ACCOUNT_READ_ONLY',
    defaultMessage:
      'Your account is waiting to be deleted and can only be read. Cancel the deletion to change anything.',
  },
  PASSWORD_TOO_SHORT: {
    id: 'refusal.PASSWORD_TOO_SHORT',
    defaultMessage: 'Use at least 12 characters. A few words are fine.',
  },
  PASSWORD_TOO_COMMON: {
    id: 'refusal.PASSWORD_TOO_COMMON',
    defaultMessage:
      'This password is too easy to guess. Use words that have nothing to do with you or with us.',
  },
  EMAIL_NOT_AVAILABLE: {
    id: 'refusal.EMAIL_NOT_AVAILABLE',
    defaultMessage: 'This e-mail address cannot be used. Choose another one.',
  },
  EMAIL_DOES_NOT_MATCH: {
    id: 'refusal.EMAIL_DOES_NOT_MATCH',
    defaultMessage: 'This is not the e-mail address of your account.',
  },
  REQUEST_ALREADY_OPEN: {
    id: 'refusal.REQUEST_ALREADY_OPEN',
    defaultMessage: 'A request of this kind is open already. You find it under Requests.',
  },
  REQUEST_LIMIT_REACHED: {
    id: 'refusal.REQUEST_LIMIT_REACHED',
    defaultMessage: 'There were many requests of this kind. Try again in {wait}.',
  },
  PLAN_CHANGED: {
    id: 'refusal.PLAN_CHANGED',
    defaultMessage:
      'What would be deleted has changed since you read it. Read the new plan and confirm that one.',
  },
  ORGANISATION_NEEDS_OWNER: {
    id: 'refusal.ORGANISATION_NEEDS_OWNER',
    defaultMessage:
      'You are the only owner of an organisation with other members. Say first who takes over.',
  },
  NOT_CANCELLABLE: {
    id: 'refusal.NOT_CANCELLABLE',
    defaultMessage: 'This has gone too far to be cancelled, or it is over already.',
  },
  COPY_NOT_READY: { id: 'refusal.COPY_NOT_READY', defaultMessage: 'This copy is not ready yet.' },
  COPY_EXPIRED: {
    id: 'refusal.COPY_EXPIRED',
    defaultMessage: 'This copy has expired or was deleted. You can start a new one.',
  },
  THIS_SESSION: {
    id: 'refusal.THIS_SESSION',
    defaultMessage: 'This is the session you are using. Sign out to end it.',
  },
  NOT_WHILE_IMPERSONATING: {
    id: 'refusal.NOT_WHILE_IMPERSONATING',
    defaultMessage: 'Support can look at some pages of an account, and change nothing.',
  },
  NOT_IN_SCOPE: {
    id: 'refusal.NOT_IN_SCOPE',
    defaultMessage: 'This chapter is not part of what you said you would look at.',
  },
  LABEL_TAKEN: {
    id: 'refusal.LABEL_TAKEN',
    defaultMessage: 'Another member of staff is shown under this name.',
  },
}) satisfies Record<DomainErrorCode, MessageDescriptor>;

const otherwise = defineMessages({
  unreachable: {
    id: 'refusal.unreachable',
    defaultMessage:
      'No answer came from our server. Check your connection and try again; what you typed is kept.',
  },
  unknown: {
    id: 'refusal.unknown',
    defaultMessage:
      'Something went wrong on our side. Try again, or write to privacy@easellm.com with the reference.',
  },
  wait: { id: 'refusal.wait', defaultMessage: 'a moment' },
});

/** The sentence for a failed call, in the person's language. */
export function refusalSentence(error: unknown): string {
  const { code, retryAfterSeconds, unreachable } = refusalDetail(error);
  if (code === null)
    return intl.formatMessage(unreachable ? otherwise.unreachable : otherwise.unknown);
  const wait =
    retryAfterSeconds === null ? intl.formatMessage(otherwise.wait) : formatWait(retryAfterSeconds);
  return intl.formatMessage(refusalText[code], { wait });
}
