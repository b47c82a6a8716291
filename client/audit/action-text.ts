import type { IntlShape, MessageDescriptor } from 'react-intl';
import type { AuditAction } from '../../server/audit/actions.ts';
import { defineMessages } from '../lib/messages.ts';
import { refusedWords } from './refused-text.ts';

/** The sentence for everything that can happen; a new action without one does not compile. */
const actionText = defineMessages<AuditAction>({
  'auth.signed_in': { id: 'action.auth.signed_in', defaultMessage: 'Signed in' },
  'auth.sign_in_refused': {
    id: 'action.auth.sign_in_refused',
    defaultMessage: 'A password or code was not right',
  },
  'auth.signed_out': { id: 'action.auth.signed_out', defaultMessage: 'Signed out' },
  'auth.session_ended': { id: 'action.auth.session_ended', defaultMessage: 'Ended a session' },
  'auth.other_sessions_ended': {
    id: 'action.auth.other_sessions_ended',
    defaultMessage: 'Ended all other sessions',
  },
  'auth.disowned': {
    id: 'action.auth.disowned',
    defaultMessage:
      'Said that something was not them: other sessions, known places and mailed links ended',
  },
  'auth.step_up': { id: 'action.auth.step_up', defaultMessage: 'Proved the second factor again' },
  'auth.password_check_closed': {
    id: 'action.auth.password_check_closed',
    defaultMessage: 'Passwords were paused after too many wrong ones',
  },
  'auth.code_check_closed': {
    id: 'action.auth.code_check_closed',
    defaultMessage: 'Sign-in codes were paused after ten wrong ones',
  },
  'auth.factor_added': {
    id: 'action.auth.factor_added',
    defaultMessage: 'Added an authenticator app',
  },
  'auth.factor_removed': {
    id: 'action.auth.factor_removed',
    defaultMessage: 'Removed an authenticator app',
  },
  'auth.factor_renamed': {
    id: 'action.auth.factor_renamed',
    defaultMessage: 'Renamed an authenticator app or a passkey',
  },
  'auth.passkey_added': { id: 'action.auth.passkey_added', defaultMessage: 'Added a passkey' },
  'auth.passkey_removed': {
    id: 'action.auth.passkey_removed',
    defaultMessage: 'Removed a passkey',
  },
  'auth.passkey_suspected': {
    id: 'action.auth.passkey_suspected',
    defaultMessage: 'Used a passkey that had counted more uses before: it may have been copied',
  },
  'auth.recovery_code_used': {
    id: 'action.auth.recovery_code_used',
    defaultMessage: 'Used a recovery code',
  },
  'auth.recovery_codes_made': {
    id: 'action.auth.recovery_codes_made',
    defaultMessage: 'Made new recovery codes',
  },
  'auth.password_changed': {
    id: 'action.auth.password_changed',
    defaultMessage: 'Changed the password',
  },
  'auth.reset_asked': { id: 'action.auth.reset_asked', defaultMessage: 'Asked for a new password' },
  'auth.email_verified': {
    id: 'action.auth.email_verified',
    defaultMessage: 'Confirmed the e-mail address',
  },
  'lost_factors.asked': {
    id: 'action.lost_factors.asked',
    defaultMessage: 'Said that authenticator and recovery codes are lost, and was mailed a link',
  },
  'lost_factors.opened': {
    id: 'action.lost_factors.opened',
    defaultMessage: 'Opened a case about lost sign-in devices, by the link we mailed',
  },
  'lost_factors.stopped': {
    id: 'action.lost_factors.stopped',
    defaultMessage: 'Stopped the case about lost sign-in devices',
  },
  'lost_factors.proposed': {
    id: 'action.lost_factors.proposed',
    defaultMessage: 'Proposed to give you a new authenticator',
  },
  'lost_factors.approved': {
    id: 'action.lost_factors.approved',
    defaultMessage: 'Agreed, as the second person, to give you a new authenticator',
  },
  'lost_factors.refused': {
    id: 'action.lost_factors.refused',
    defaultMessage: 'Refused a new authenticator',
  },
  'lost_factors.lapsed': {
    id: 'action.lost_factors.lapsed',
    defaultMessage:
      'Ended a recovery of lost sign-in devices that was not decided or not used in time',
  },
  'lost_factors.link_used': {
    id: 'action.lost_factors.link_used',
    defaultMessage: 'Opened the link for a new authenticator, with the password',
  },
  'lost_factors.completed': {
    id: 'action.lost_factors.completed',
    defaultMessage: 'Added a new authenticator in place of the lost one',
  },
  'data.viewed': { id: 'action.data.viewed', defaultMessage: 'Viewed data' },
  'data.exported_table': { id: 'action.data.exported_table', defaultMessage: 'Downloaded a table' },
  'account.signed_up': {
    id: 'action.account.signed_up',
    defaultMessage: 'Opened the account: proved the mailbox and chose a password',
  },
  'account.sign_up_tried': {
    id: 'action.account.sign_up_tried',
    defaultMessage: 'Somebody tried to open an account with your address. None was opened',
  },
  'account.provisioned': {
    id: 'action.account.provisioned',
    defaultMessage: 'Opened this account',
  },
  'account.corrected': {
    id: 'action.account.corrected',
    defaultMessage: 'Corrected personal information',
  },
  'account.email_change_asked': {
    id: 'action.account.email_change_asked',
    defaultMessage: 'Asked for a new e-mail address',
  },
  'account.email_changed': {
    id: 'action.account.email_changed',
    defaultMessage: 'Changed the e-mail address',
  },
  'account.email_change_undone': {
    id: 'action.account.email_change_undone',
    defaultMessage: 'Took back a change of the e-mail address',
  },
  'account.support_access_changed': {
    id: 'action.account.support_access_changed',
    defaultMessage: 'Changed whether support may view the account',
  },
  'consent.changed': { id: 'action.consent.changed', defaultMessage: 'Changed a choice' },
  'consent.signal_honoured': {
    id: 'action.consent.signal_honoured',
    defaultMessage: 'Honoured the browser’s opt-out signal',
  },
  'request.copy_asked': { id: 'action.request.copy_asked', defaultMessage: 'Asked for a copy' },
  'request.copy_ready': { id: 'action.request.copy_ready', defaultMessage: 'Finished a copy' },
  'request.copy_failed': {
    id: 'action.request.copy_failed',
    defaultMessage: 'Could not make a copy',
  },
  'request.copy_downloaded': {
    id: 'action.request.copy_downloaded',
    defaultMessage: 'Downloaded a copy',
  },
  'request.copy_deleted': { id: 'action.request.copy_deleted', defaultMessage: 'Deleted a copy' },
  'request.erasure_asked': {
    id: 'action.request.erasure_asked',
    defaultMessage: 'Asked for the account to be deleted',
  },
  'request.erasure_postponed': {
    id: 'action.request.erasure_postponed',
    defaultMessage: 'Moved the day of the deletion, because lost sign-in devices were replaced',
  },
  'request.erasure_cancelled': {
    id: 'action.request.erasure_cancelled',
    defaultMessage: 'Cancelled the deletion',
  },
  'request.erasure_started': {
    id: 'action.request.erasure_started',
    defaultMessage: 'Began to delete the account',
  },
  'request.erasure_completed': {
    id: 'action.request.erasure_completed',
    defaultMessage: 'Deleted the account',
  },
  'request.copy_asked_for': {
    id: 'action.request.copy_asked_for',
    defaultMessage: 'Asked for a copy for you',
  },
  'request.erasure_asked_for': {
    id: 'action.request.erasure_asked_for',
    defaultMessage: 'Asked for you that the account be deleted',
  },
  'request.confirmed': {
    id: 'action.request.confirmed',
    defaultMessage: 'Confirmed what support had asked for',
  },
  'request.declined': {
    id: 'action.request.declined',
    defaultMessage: 'Declined what support had asked for',
  },
  'request.lapsed': {
    id: 'action.request.lapsed',
    defaultMessage: 'Ended a request that was not confirmed in time',
  },
  'request.listed': {
    id: 'action.request.listed',
    defaultMessage: 'Saw the request in the list of all requests',
  },
  'request.examined': {
    id: 'action.request.examined',
    defaultMessage: 'Looked at how the request stands',
  },
  'request.work_resumed': {
    id: 'action.request.work_resumed',
    defaultMessage: 'Let the work on the request go on',
  },
  'hold.proposed': { id: 'action.hold.proposed', defaultMessage: 'Proposed a legal hold' },
  'hold.approved': { id: 'action.hold.approved', defaultMessage: 'Approved a legal hold' },
  'hold.declined': {
    id: 'action.hold.declined',
    defaultMessage: 'Ended the proposal of a legal hold',
  },
  'hold.release_asked': {
    id: 'action.hold.release_asked',
    defaultMessage: 'Asked for a legal hold to be released',
  },
  'hold.release_declined': {
    id: 'action.hold.release_declined',
    defaultMessage: 'Did not release a legal hold',
  },
  'hold.released': { id: 'action.hold.released', defaultMessage: 'Released a legal hold' },
  'hold.listed': {
    id: 'action.hold.listed',
    defaultMessage: 'Saw the hold in the list of legal holds',
  },
  'hold.entries_seen': {
    id: 'action.hold.entries_seen',
    defaultMessage:
      'Saw the list of entries, with their values masked, to choose one for a legal hold',
  },
  'holder.task_claimed': {
    id: 'action.holder.task_claimed',
    defaultMessage: 'Was asked about the data it holds',
  },
  'holder.task_answered': {
    id: 'action.holder.task_answered',
    defaultMessage: 'Answered about the data it holds',
  },
  'holder.answer_refused': {
    id: 'action.holder.answer_refused',
    defaultMessage: 'Gave an answer that we did not take',
  },
  'holder.late': {
    id: 'action.holder.late',
    defaultMessage: 'Noticed that another system did not answer in time',
  },
  'holder.needs_person': {
    id: 'action.holder.needs_person',
    defaultMessage: 'Made a task for our staff of what another system did not do',
  },
  'retention.expired': {
    id: 'action.retention.expired',
    defaultMessage: 'Deleted data whose date had come',
  },
  'support.view_started': {
    id: 'action.support.view_started',
    defaultMessage: 'Began to view your account',
  },
  'support.view_refused': {
    id: 'action.support.view_refused',
    defaultMessage: 'Tried to view your account',
  },
  'support.view_ended': {
    id: 'action.support.view_ended',
    defaultMessage: 'Ended the view of your account',
  },
  'support.more_time_asked': {
    id: 'action.support.more_time_asked',
    defaultMessage: 'Asked for more time to view your account',
  },
  'support.more_time_answered': {
    id: 'action.support.more_time_answered',
    defaultMessage: 'Answered whether support may have more time',
  },
  'case.opened': { id: 'action.case.opened', defaultMessage: 'Opened a case' },
  'case.read': { id: 'action.case.read', defaultMessage: 'Read the case' },
  'case.taken': { id: 'action.case.taken', defaultMessage: 'Took the case to work on it' },
  'case.given_back': {
    id: 'action.case.given_back',
    defaultMessage: 'Gave the case back, for somebody else to take',
  },
  'case.written': { id: 'action.case.written', defaultMessage: 'Wrote in the case' },
  'case.withdrawn': { id: 'action.case.withdrawn', defaultMessage: 'Took the case back' },
  'case.decided': { id: 'action.case.decided', defaultMessage: 'Decided the case' },
  'staff.added': { id: 'action.staff.added', defaultMessage: 'Added a member of staff' },
  'staff.changed': {
    id: 'action.staff.changed',
    defaultMessage: 'Changed what a member of staff may do',
  },
  'staff.invited': {
    id: 'action.staff.invited',
    defaultMessage: 'Invited a member of staff again, and removed what they signed in with',
  },
  'usage.loaded': { id: 'action.usage.loaded', defaultMessage: 'Took over usage records' },
  'staff.limit_reached': {
    id: 'action.staff.limit_reached',
    defaultMessage: 'Was stopped at a limit',
  },
  'staff.looked_up': { id: 'action.staff.looked_up', defaultMessage: 'Looked up the account' },
  'staff.viewed': { id: 'action.staff.viewed', defaultMessage: 'Viewed the account' },
  'service.read': { id: 'action.service.read', defaultMessage: 'Read data' },
  'service.asked_contact': {
    id: 'action.service.asked_contact',
    defaultMessage: 'Asked whether you may be written to',
  },
  'service.reported': {
    id: 'action.service.reported',
    defaultMessage: 'Reported records about you',
  },
  'service.told': {
    id: 'action.service.told',
    defaultMessage: 'Learned that something of yours changed',
  },
  'service.address_taken': {
    id: 'action.service.address_taken',
    defaultMessage: 'Tried to open an account with your e-mail address',
  },
  'service.refused': { id: 'action.service.refused', defaultMessage: 'Called this portal' },
  'service.listed': {
    id: 'action.service.listed',
    defaultMessage: 'Looked at the services and their keys',
  },
  'service.added': { id: 'action.service.added', defaultMessage: 'Added a service' },
  'service.allowed': {
    id: 'action.service.allowed',
    defaultMessage: 'Allowed a service to call a procedure',
  },
  'service.denied': {
    id: 'action.service.denied',
    defaultMessage: 'Took a procedure from a service',
  },
  'service.key_added': { id: 'action.service.key_added', defaultMessage: 'Added a service’s key' },
  'service.key_retired': {
    id: 'action.service.key_retired',
    defaultMessage: 'Retired a service’s key',
  },
  'operator.ran': { id: 'action.operator.ran', defaultMessage: 'Ran an operator’s command' },
});

/** What was not right: whoever gave a wrong code had the password. */
const refusedFactor: Partial<Record<string, MessageDescriptor>> = defineMessages({
  password: { id: 'action.refused.password', defaultMessage: 'A password was not right' },
  totp: { id: 'action.refused.totp', defaultMessage: 'A code was not right' },
  new_totp: {
    id: 'action.refused.new_totp',
    defaultMessage: 'The first code of a new authenticator app was not right',
  },
  recovery: { id: 'action.refused.recovery', defaultMessage: 'A recovery code was not right' },
  passkey: { id: 'action.refused.passkey', defaultMessage: 'A passkey was not accepted' },
});

const silencedText = defineMessages({
  silenced: {
    id: 'action.silenced',
    defaultMessage: '{what}, for an order of an authority that forbade telling you at once',
  },
});

/**
 * The sentence for an event's action; of one that an older version wrote, its key. What was refused is
 * never said as done.
 * @param details of the event, as the log gives them: JSON, or null
 * @param outcome left out where it stands beside the words
 */
export function actionWords(
  intl: IntlShape,
  {
    action,
    details,
    outcome = 'done',
  }: { action: string; details: string | null; outcome?: 'done' | 'refused' | 'failed' },
): string {
  const sentence =
    (action === 'auth.sign_in_refused' && refusedFactor[factorOf(details)]) ||
    actionText[action as AuditAction];
  const what = sentence ? intl.formatMessage(sentence) : action;
  if (outcome === 'refused') return refusedWords(intl, { action, what });
  return isSilenced(details) ? intl.formatMessage(silencedText.silenced, { what }) : what;
}

/** An act that was kept back at first names the order that it was for. */
function isSilenced(details: string | null): boolean {
  return Object.hasOwn(JSON.parse(details ?? '{}') as object, 'silencedBy');
}

function factorOf(details: string | null): string {
  const { factor = '' } = JSON.parse(details ?? '{}') as { factor?: string };
  return factor;
}
