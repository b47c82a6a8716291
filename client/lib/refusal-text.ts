import type { MessageDescriptor } from 'react-intl';
import type { DomainErrorCode } from '../../server/errors.ts';
import { formatDateTime, formatWait } from './format.ts';
import { intl } from './intl.tsx';
import { defineMessages } from './messages.ts';
import { PasskeyProblem, type PasskeyProblemCode } from './passkey-problem.ts';
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
  SIGN_IN_PAUSED: {
    id: 'refusal.SIGN_IN_PAUSED',
    defaultMessage:
      'There were too many wrong passwords for this address. In a browser or network from which you signed in before, the right one works all the same; elsewhere, try again in {wait}.',
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
  PASSKEY_REFUSED: {
    id: 'refusal.PASSKEY_REFUSED',
    defaultMessage:
      'This passkey was not accepted. Try again; if it stays so, use another way to sign in.',
  },
  PASSKEY_REQUIRED: {
    id: 'refusal.PASSKEY_REQUIRED',
    defaultMessage: 'This needs a passkey. Codes are not accepted here.',
  },
  LAST_FACTOR: {
    id: 'refusal.LAST_FACTOR',
    defaultMessage:
      'This is your last way to confirm that it is you, so it stays. To replace it, add another authenticator app or a passkey first.',
  },
  FACTOR_LIMIT_REACHED: {
    id: 'refusal.FACTOR_LIMIT_REACHED',
    defaultMessage: 'An account can have ten passkeys and apps together. Remove one first.',
  },
  OTHER_ACCOUNT: {
    id: 'refusal.OTHER_ACCOUNT',
    defaultMessage:
      'Somebody else has signed in in this browser meanwhile, so nothing was done. Load the page anew to see whose account it is.',
  },
  ATTEMPT_ENDED: {
    id: 'refusal.ATTEMPT_ENDED',
    defaultMessage:
      'This sign-in has ended, because of time or of wrong codes. Start again with your password.',
  },
  STEP_UP_REQUIRED: {
    id: 'refusal.STEP_UP_REQUIRED',
    defaultMessage: 'This needs a fresh code from an authenticator app, or a passkey.',
  },
  FACTOR_REQUIRED: {
    id: 'refusal.FACTOR_REQUIRED',
    defaultMessage:
      'This account has a second factor. Use your passkey, a code of your authenticator app, or a recovery code.',
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
      'This password, or the word in it, stands in lists of known passwords that are tried first. Use several words that have nothing to do with one another.',
  },
  PASSWORD_REPEATS: {
    id: 'refusal.PASSWORD_REPEATS',
    defaultMessage:
      'This password repeats itself, or follows the keys or the alphabet. Use several words that have nothing to do with one another.',
  },
  PASSWORD_NAMES_US: {
    id: 'refusal.PASSWORD_NAMES_US',
    defaultMessage:
      'Take away our name and words of signing in, and little is left of this password. Use words that have nothing to do with us.',
  },
  PASSWORD_NAMES_YOU: {
    id: 'refusal.PASSWORD_NAMES_YOU',
    defaultMessage:
      'Take away your name and e-mail address, and little is left of this password. Use words that have nothing to do with you.',
  },
  SIGN_UP_CLOSED: {
    id: 'refusal.SIGN_UP_CLOSED',
    defaultMessage: 'No account can be opened here. We kept nothing of what you entered.',
  },
  SIGN_UP_OVER: {
    id: 'refusal.SIGN_UP_OVER',
    defaultMessage: 'This took longer than half an hour. Begin again.',
  },
  ADDRESS_COOL_DOWN: {
    id: 'refusal.ADDRESS_COOL_DOWN',
    defaultMessage:
      'The e-mail address was changed, so this is not possible for a day: until {until}.',
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
  CONFIRMATION_OVER: {
    id: 'refusal.CONFIRMATION_OVER',
    defaultMessage:
      'This was answered already, or the time for an answer is over. You can ask for it yourself at any time.',
  },
  ACCOUNT_IN_DELETION: {
    id: 'refusal.ACCOUNT_IN_DELETION',
    defaultMessage: 'This account waits for its deletion. Nothing can be asked for it any more.',
  },
  DECLINED_LATELY: {
    id: 'refusal.DECLINED_LATELY',
    defaultMessage:
      'The customer said no to this within the last seven days. They can ask for it themselves at any time.',
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
  TASK_WRONG_SUBJECT: {
    id: 'refusal.TASK_WRONG_SUBJECT',
    defaultMessage: 'This answer is about somebody else than the question.',
  },
  TASK_ALREADY_ANSWERED: {
    id: 'refusal.TASK_ALREADY_ANSWERED',
    defaultMessage: 'This question was answered already, in another way.',
  },
  TASK_CLOSED: {
    id: 'refusal.TASK_CLOSED',
    defaultMessage: 'This question is no longer asked.',
  },
  TASK_LEASE_OVER: {
    id: 'refusal.TASK_LEASE_OVER',
    defaultMessage: 'This question was given to somebody else meanwhile.',
  },
  ANSWER_REFUSED: {
    id: 'refusal.ANSWER_REFUSED',
    defaultMessage: 'This answer does not have the form that was asked for.',
  },
  ANSWER_TOO_LARGE: {
    id: 'refusal.ANSWER_TOO_LARGE',
    defaultMessage: 'This answer is too large.',
  },
  SIGNATURE_REFUSED: {
    id: 'refusal.SIGNATURE_REFUSED',
    defaultMessage: 'This call is not signed as a service’s call has to be.',
  },
  SERVICE_KEY_REFUSED: {
    id: 'refusal.SERVICE_KEY_REFUSED',
    defaultMessage: 'The key that signed this call is not known, or not valid now.',
  },
  CALL_OUT_OF_TIME: {
    id: 'refusal.CALL_OUT_OF_TIME',
    defaultMessage:
      'This call has expired, or its clock runs ahead. Sign each call anew, for a minute at most.',
  },
  CALL_ALTERED: {
    id: 'refusal.CALL_ALTERED',
    defaultMessage: 'This call is not the one that was signed.',
  },
  CALL_REPLAYED: {
    id: 'refusal.CALL_REPLAYED',
    defaultMessage: 'This call was made before. Each signature is good for one call.',
  },
  SCOPE_MISSING: {
    id: 'refusal.SCOPE_MISSING',
    defaultMessage: 'This service may not call this procedure.',
  },
  PURPOSE_NOT_ALLOWED: {
    id: 'refusal.PURPOSE_NOT_ALLOWED',
    defaultMessage: 'This service may not ask this for the purpose it states.',
  },
  PUBLIC_KEY_KNOWN: {
    id: 'refusal.PUBLIC_KEY_KNOWN',
    defaultMessage:
      'A service has or had this key. Make a new pair: a key belongs to one service, and is not used again once it is retired.',
  },
  SUBJECT_BUDGET_SPENT: {
    id: 'refusal.SUBJECT_BUDGET_SPENT',
    defaultMessage:
      'This service has called about as many people today as it may. It may go on in {wait}.',
  },
  KEY_HAS_OTHER_CONTENT: {
    id: 'refusal.KEY_HAS_OTHER_CONTENT',
    defaultMessage: 'This key was sent before, with other content.',
  },
  NOT_WHILE_IMPERSONATING: {
    id: 'refusal.NOT_WHILE_IMPERSONATING',
    defaultMessage: 'Support can look at some pages of an account, and change nothing.',
  },
  NOT_IN_SCOPE: {
    id: 'refusal.NOT_IN_SCOPE',
    defaultMessage:
      'This chapter is not part of this view. To open it, stop and start another view.',
  },
  TRAINING_EXPIRED: {
    id: 'refusal.TRAINING_EXPIRED',
    defaultMessage:
      'Your privacy training or your confidentiality pledge has run out, so you may not view accounts. How it is renewed stands at the top of each page.',
  },
  SUPPORT_ACCESS_OFF: {
    id: 'refusal.SUPPORT_ACCESS_OFF',
    defaultMessage:
      'This customer does not let support view the account. Help in the case, or ask them to switch it on.',
  },
  ACCOUNT_NOT_VIEWABLE: {
    id: 'refusal.ACCOUNT_NOT_VIEWABLE',
    defaultMessage: 'This account waits for its deletion and cannot be viewed.',
  },
  TICKET_NOT_FOUND: {
    id: 'refusal.TICKET_NOT_FOUND',
    defaultMessage:
      'This customer has no open case with that number, or has written nothing in it.',
  },
  VIEW_ALREADY_OPEN: {
    id: 'refusal.VIEW_ALREADY_OPEN',
    defaultMessage: 'You are viewing an account already. Stop that first; one at a time.',
  },
  VIEW_ENDED: {
    id: 'refusal.VIEW_ENDED',
    defaultMessage: 'This view of the account is over.',
  },
  MORE_TIME_ASKED: {
    id: 'refusal.MORE_TIME_ASKED',
    defaultMessage: 'More time was asked for already. It can be asked for once.',
  },
  CASE_ALREADY_OPEN: {
    id: 'refusal.CASE_ALREADY_OPEN',
    defaultMessage: 'A case about this is open already.',
  },
  CASE_CLOSED: {
    id: 'refusal.CASE_CLOSED',
    defaultMessage: 'This case is closed. Nothing can be added to it or changed any more.',
  },
  CASE_TAKEN: {
    id: 'refusal.CASE_TAKEN',
    defaultMessage: 'A colleague works on this case.',
  },
  CASE_UNANSWERED: {
    id: 'refusal.CASE_UNANSWERED',
    defaultMessage:
      'The customer has not confirmed this correction. Before they have, it can only be refused.',
  },
  OWN_ACT_DISPUTED: {
    id: 'refusal.OWN_ACT_DISPUTED',
    defaultMessage: 'This case disputes something that you did. A colleague takes it.',
  },
  LABEL_TAKEN: {
    id: 'refusal.LABEL_TAKEN',
    defaultMessage: 'Another member of staff is shown under this name.',
  },
  FOUR_EYES_NEEDED: {
    id: 'refusal.FOUR_EYES_NEEDED',
    defaultMessage: 'This takes a second person: nobody answers what they asked for themselves.',
  },
  HOLD_BAR_REFUSED: {
    id: 'refusal.HOLD_BAR_REFUSED',
    defaultMessage:
      'A customer may be told later only on the order of an authority, from a day to come, and not after the hold ends.',
  },
  HOLD_END_REFUSED: {
    id: 'refusal.HOLD_END_REFUSED',
    defaultMessage: 'A hold ends on a day to come, twelve months from today at the latest.',
  },
  HOLD_FINDS_NOTHING: {
    id: 'refusal.HOLD_FINDS_NOTHING',
    defaultMessage: 'This customer has nothing there that could be held.',
  },
  HOLD_NOT_OPEN: {
    id: 'refusal.HOLD_NOT_OPEN',
    defaultMessage: 'Somebody answered this already, or its time is over.',
  },
  RECOVERY_WAITS: {
    id: 'refusal.RECOVERY_WAITS',
    defaultMessage: 'The waiting time of 72 hours is not over: nobody agrees before {until}.',
  },
  RECOVERY_NOT_OPEN: {
    id: 'refusal.RECOVERY_NOT_OPEN',
    defaultMessage:
      'Somebody else was first, it was stopped, or whoever agreed first is no longer with us. Load the page again to see how it stands.',
  },
  RECOVERY_COOL_DOWN: {
    id: 'refusal.RECOVERY_COOL_DOWN',
    defaultMessage:
      'A new authenticator was added without the old one, so this is not possible for seven days: until {until}.',
  },
}) satisfies Record<DomainErrorCode, MessageDescriptor>;

/** What the browser says of a passkey, before anything is sent. */
const passkeyText = defineMessages<PasskeyProblemCode>({
  NOT_USED: {
    id: 'passkey.NOT_USED',
    defaultMessage:
      'The browser was given no passkey: the prompt was closed, or took too long. Try again, or use another way.',
  },
  THERE_ALREADY: {
    id: 'passkey.THERE_ALREADY',
    defaultMessage: 'This device has a passkey for your account already. Choose another device.',
  },
  NOT_POSSIBLE: {
    id: 'passkey.NOT_POSSIBLE',
    defaultMessage:
      'This browser or device cannot do this with a passkey. Try another one, or use another way.',
  },
});

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
  if (error instanceof PasskeyProblem) return intl.formatMessage(passkeyText[error.code]);
  const { code, retryAfterSeconds, unreachable } = refusalDetail(error);
  if (code === null)
    return intl.formatMessage(unreachable ? otherwise.unreachable : otherwise.unknown);
  const wait =
    retryAfterSeconds === null ? intl.formatMessage(otherwise.wait) : formatWait(retryAfterSeconds);
  const until = formatDateTime(
    new Date(Date.now() + (retryAfterSeconds ?? 0) * 1_000).toISOString(),
  );
  return intl.formatMessage(refusalText[code], { wait, until });
}
