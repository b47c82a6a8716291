import { defineMessages } from '../lib/messages.ts';

/** The sentence for each kind of notice. */
export const noticeText = defineMessages({
  recovery_code_used: {
    id: 'notice.recovery_code_used',
    defaultMessage: 'A recovery code was used to prove it was you.',
  },
  recovery_codes_made: {
    id: 'notice.recovery_codes_made',
    defaultMessage: 'New recovery codes were made; the old ones no longer work.',
  },
  factor_added: { id: 'notice.factor_added', defaultMessage: 'An authenticator app was added.' },
  factor_removed: {
    id: 'notice.factor_removed',
    defaultMessage: 'An authenticator app was removed.',
  },
  passkey_added: { id: 'notice.passkey_added', defaultMessage: 'A passkey was added.' },
  passkey_removed: { id: 'notice.passkey_removed', defaultMessage: 'A passkey was removed.' },
  password_changed: { id: 'notice.password_changed', defaultMessage: 'Your password was changed.' },
  email_changed: { id: 'notice.email_changed', defaultMessage: 'Your e-mail address was changed.' },
  email_change_undone: {
    id: 'notice.email_change_undone',
    defaultMessage:
      'A change of your e-mail address was stopped or taken back from the earlier mailbox. Every session was ended.',
  },
  email_change_undo_incomplete: {
    id: 'notice.email_change_undo_incomplete',
    defaultMessage:
      'From an earlier mailbox, somebody asked to take back a change of your e-mail address. Every session was ended; the address stayed as it is.',
  },
  copy_ready: { id: 'notice.copy_ready', defaultMessage: 'A copy of your data is ready.' },
  copy_failed: {
    id: 'notice.copy_failed',
    defaultMessage: 'A copy of your data could not be made.',
  },
  copy_late_answer: {
    id: 'notice.copy_late_answer',
    defaultMessage:
      'An answer that your copy did not wait for has come. A new copy will contain it.',
  },
  copy_asked_for: {
    id: 'notice.copy_asked_for',
    defaultMessage: 'Our support asked for a copy of your data for you:',
  },
  erasure_asked_for: {
    id: 'notice.erasure_asked_for',
    defaultMessage: 'Our support asked, for you, for your account to be deleted:',
  },
  asked_for_lapsed: {
    id: 'notice.asked_for_lapsed',
    defaultMessage: 'What our support asked for was not confirmed and has lapsed:',
  },
  erasure_scheduled: {
    id: 'notice.erasure_scheduled',
    defaultMessage: 'Your account is to be deleted.',
  },
  not_me: {
    id: 'notice.not_me',
    defaultMessage:
      'You said that something was not you. All others were signed out; support looks into it:',
  },
  erasure_postponed: {
    id: 'notice.erasure_postponed',
    defaultMessage:
      'The deletion of your account begins later: it does not run while a new authenticator that was added without the old one is younger than seven days.',
  },
  erasure_cancelled: {
    id: 'notice.erasure_cancelled',
    defaultMessage: 'The deletion of your account was cancelled.',
  },
  hold_placed: {
    id: 'notice.hold_placed',
    defaultMessage: 'A legal hold keeps something of yours from being deleted.',
  },
  hold_released: { id: 'notice.hold_released', defaultMessage: 'A legal hold was released.' },
  choices_merged: {
    id: 'notice.choices_merged',
    defaultMessage: 'The cookie choice of this browser was stored with your account.',
  },
  support_view_started: {
    id: 'notice.support_view_started',
    defaultMessage: 'Our support began to view your account, for the case',
  },
  support_view_ended: {
    id: 'notice.support_view_ended',
    defaultMessage: 'The view of your account by our support is over, for the case',
  },
  lost_factors_opened: {
    id: 'notice.lost_factors_opened',
    defaultMessage:
      'Somebody who knows your password and reads your mailbox asks for a new authenticator. If it was not you, stop it.',
  },
  lost_factors_waiting: {
    id: 'notice.lost_factors_waiting',
    defaultMessage:
      'Somebody still waits for a new authenticator for your account. If it was not you, stop it.',
  },
  lost_factors_approved: {
    id: 'notice.lost_factors_approved',
    defaultMessage:
      'Two people agreed to a new authenticator for your account. If it was not you who asked, stop it.',
  },
  lost_factors_stopped: {
    id: 'notice.lost_factors_stopped',
    defaultMessage: 'The case about lost sign-in devices was stopped.',
  },
  lost_factors_undecided: {
    id: 'notice.lost_factors_undecided',
    defaultMessage: 'Nobody decided the case about lost sign-in devices in time; it has ended:',
  },
  lost_factors_completed: {
    id: 'notice.lost_factors_completed',
    defaultMessage: 'A new authenticator was added in place of the lost one.',
  },
  case_opened: { id: 'notice.case_opened', defaultMessage: 'Support opened a case for you.' },
  case_answered: { id: 'notice.case_answered', defaultMessage: 'There is an answer in your case.' },
  case_decided: { id: 'notice.case_decided', defaultMessage: 'Your case was decided.' },
  support_more_time_asked: {
    id: 'notice.support_more_time_asked',
    defaultMessage: 'Our support asks for fifteen more minutes with your account, for the case',
  },
});
