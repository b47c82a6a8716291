import type { AuditAction } from '../../server/audit/actions.ts';
import { defineMessages } from '../lib/messages.ts';

/** Sentences for the events of signing in and of the account's address. */
export const activityText = defineMessages({
  'auth.signed_in': { id: 'activity.signed_in', defaultMessage: 'Signed in' },
  'auth.sign_in_refused': {
    id: 'activity.sign_in_refused',
    defaultMessage: 'A code was entered that was not right',
  },
  'auth.signed_out': { id: 'activity.signed_out', defaultMessage: 'Signed out' },
  'auth.session_ended': { id: 'activity.session_ended', defaultMessage: 'A session was ended' },
  'auth.other_sessions_ended': {
    id: 'activity.other_sessions_ended',
    defaultMessage: 'All other sessions were ended',
  },
  'auth.step_up': { id: 'activity.step_up', defaultMessage: 'Confirmed with a fresh code' },
  'auth.code_check_closed': {
    id: 'activity.code_check_closed',
    defaultMessage: 'Codes were paused after too many wrong ones',
  },
  'auth.factor_added': {
    id: 'activity.factor_added',
    defaultMessage: 'An authenticator app was added',
  },
  'auth.recovery_code_used': {
    id: 'activity.recovery_code_used',
    defaultMessage: 'A recovery code was used',
  },
  'auth.recovery_codes_made': {
    id: 'activity.recovery_codes_made',
    defaultMessage: 'New recovery codes were made',
  },
  'auth.password_changed': {
    id: 'activity.password_changed',
    defaultMessage: 'The password was changed',
  },
  'auth.reset_asked': {
    id: 'activity.reset_asked',
    defaultMessage: 'A link for a new password was asked for',
  },
  'auth.email_verified': {
    id: 'activity.email_verified',
    defaultMessage: 'The e-mail address was confirmed',
  },
  'account.email_changed': {
    id: 'activity.email_changed',
    defaultMessage: 'The e-mail address was changed',
  },
} satisfies Partial<Record<AuditAction, unknown>>);

export function isActivity(action: string): action is keyof typeof activityText {
  return Object.hasOwn(activityText, action);
}
