import type { IntlShape } from 'react-intl';
import type { AuditAction } from '../../server/audit/actions.ts';
import { defineMessages } from '../lib/messages.ts';

/** Acts that were not let happen, in words of their own: none of these was done. */
const refusedText = defineMessages({
  'auth.passkey_suspected': {
    id: 'refusedAction.auth.passkey_suspected',
    defaultMessage:
      'Tried a passkey that had counted more uses before and may have been copied: refused',
  },
  'staff.viewed': {
    id: 'refusedAction.staff.viewed',
    defaultMessage: 'Tried to view the account: refused',
  },
  'staff.looked_up': {
    id: 'refusedAction.staff.looked_up',
    defaultMessage: 'Tried to look up an account: refused',
  },
  'support.view_refused': {
    id: 'refusedAction.support.view_refused',
    defaultMessage: 'Tried to view your account: refused',
  },
  'request.copy_asked_for': {
    id: 'refusedAction.request.copy_asked_for',
    defaultMessage: 'Tried to ask for a copy for you: refused',
  },
  'request.erasure_asked_for': {
    id: 'refusedAction.request.erasure_asked_for',
    defaultMessage: 'Tried to ask for you that the account be deleted: refused',
  },
  'request.examined': {
    id: 'refusedAction.request.examined',
    defaultMessage: 'Tried to look at how the request stands: refused',
  },
  'request.work_resumed': {
    id: 'refusedAction.request.work_resumed',
    defaultMessage: 'Tried to let the work on the request go on: refused',
  },
  'hold.proposed': {
    id: 'refusedAction.hold.proposed',
    defaultMessage: 'Tried to propose a legal hold: refused',
  },
  'hold.approved': {
    id: 'refusedAction.hold.approved',
    defaultMessage: 'Tried to approve a legal hold: refused',
  },
  'hold.declined': {
    id: 'refusedAction.hold.declined',
    defaultMessage: 'Tried to end the proposal of a legal hold: refused',
  },
  'hold.release_asked': {
    id: 'refusedAction.hold.release_asked',
    defaultMessage: 'Tried to ask for a legal hold to be released: refused',
  },
  'hold.release_declined': {
    id: 'refusedAction.hold.release_declined',
    defaultMessage: 'Tried to keep a legal hold from its release: refused',
  },
  'hold.released': {
    id: 'refusedAction.hold.released',
    defaultMessage: 'Tried to release a legal hold: refused',
  },
  'hold.entries_seen': {
    id: 'refusedAction.hold.entries_seen',
    defaultMessage: 'Tried to see the list of entries for a legal hold: refused',
  },
  'holder.task_answered': {
    id: 'refusedAction.holder.task_answered',
    defaultMessage: 'Refused what it was asked about the data it holds',
  },
  'service.refused': {
    id: 'refusedAction.service.refused',
    defaultMessage: 'Tried to call this portal: refused',
  },
  'service.address_taken': {
    id: 'refusedAction.service.address_taken',
    defaultMessage: 'Tried to open an account with your e-mail address: refused',
  },
}) satisfies Partial<Record<AuditAction, unknown>>;

const text = defineMessages({
  otherwise: { id: 'refusedAction.otherwise', defaultMessage: '{what}: refused' },
});

/** Whose own sentence says already that nothing came of it. */
const sayIt: ReadonlySet<string> = new Set<AuditAction>([
  'auth.sign_in_refused',
  'staff.limit_reached',
  'holder.answer_refused',
]);

/** @param what the sentence for the act as done */
export function refusedWords(
  intl: IntlShape,
  { action, what }: { action: string; what: string },
): string {
  if (sayIt.has(action)) return what;
  return Object.hasOwn(refusedText, action)
    ? intl.formatMessage(refusedText[action as keyof typeof refusedText])
    : intl.formatMessage(text.otherwise, { what });
}
