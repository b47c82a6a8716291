/** The English catalogue of our mail, in ICU message syntax. */
export const messages: Record<string, string> = {
  greeting: 'Hello {name},',
  footer:
    'EaseLLM Privacy\nQuestions: privacy@easellm.com\nThis is a service message about your account; it is always sent.',
  'verify_email.subject': 'Confirm your e-mail address',
  'verify_email.text':
    'open this page and press the button to confirm that this mailbox is yours:\n\n{link}\n\nThe link works once, for one hour. If you did not ask for it, do nothing.',
  'reset_password.subject': 'Set a new password',
  'reset_password.text':
    'somebody asked for a new password for this account. To set one, open this page:\n\n{link}\n\nThe link works once, for ten minutes, and asks for your second factor too. If it was not you, do nothing: the link opens nothing but that page, and asks for your second factor if you have one.',
  'code_check_closed.subject': 'Sign-in codes are paused for {minutes} minutes',
  'code_check_closed.text':
    'somebody who got past your password, a mailed link or a signed-in browser entered ten wrong codes. We accept no codes for {minutes} minutes. If it was not you, change your password.',
  'recovery_code_used.subject': 'A recovery code was used',
  'recovery_code_used.text':
    'a recovery code was used for your account. {left, plural, =0 {None are left} one {One is left} other {# are left}}. If it was not you, sign in, end all other sessions and make new codes.',
  'recovery_codes_made.subject': 'New recovery codes were made',
  'recovery_codes_made.text':
    'a new set of recovery codes was made. The old ones no longer work. If it was not you, write to us.',
  'password_changed.subject': 'Your password was changed',
  'password_changed.text':
    'your password was changed and all other sessions were ended. If it was not you, write to us at once.',
  'factor_added.subject': 'An authenticator app was added',
  'factor_added.text':
    'an authenticator app was added to your account. If it was not you, write to us at once.',
  'email_change_confirm.subject': 'Confirm your new e-mail address',
  'email_change_confirm.text':
    'you asked to use this address for your account. While signed in, open this page and confirm:\n\n{link}\n\nThe link works once, for one hour.',
  'email_change_notice.subject': 'A new e-mail address was asked for',
  'email_change_notice.text':
    'somebody signed in to your account asked to change its e-mail address. If it was not you, stop it here (the link works for 72 hours):\n\n{link}',
  'email_changed.subject': 'Your e-mail address was changed',
  'email_changed.text':
    'the e-mail address of your account was changed. This address is no longer used. If it was not you, take it back here (the link works for 72 hours):\n\n{link}',
  'staff_invite.subject': 'You are invited to the EaseLLM console',
  'staff_invite.text':
    'you were added to the staff of EaseLLM who may use the privacy console. Open this page to set your password; the first sign-in then adds your authenticator:\n\n{link}\n\nThe link works once, for a day.',
  'copy_asked.subject': 'We are putting your copy together ({reference})',
  'copy_asked.text':
    'you asked for a copy of your data. The reference is {reference}. It is usually ready within minutes, and by {due} at the latest.',
  'copy_ready.subject': 'Your copy is ready ({reference})',
  'copy_ready.text':
    'your copy is ready until {expires}. Sign in to download it:\n\n{link}\n\nThe page asks for your second factor; this link alone opens nothing.',
  'copy_failed.subject': 'Your copy could not be made yet ({reference})',
  'copy_failed.text':
    'putting your copy together failed, and we know of it. You can start it again:\n\n{link}',
  'erasure_scheduled.subject': 'Your account will be deleted ({reference})',
  'erasure_scheduled.text':
    'you asked us to delete your account. It happens on {executes}. Until then your account is read-only and you can cancel:\n\n{link}\n\nAfter that day it cannot be undone.',
  'erasure_reminder.subject': 'Your account will be deleted tomorrow ({reference})',
  'erasure_reminder.text':
    'as you asked, your account will be deleted on {executes}. Until then you can cancel:\n\n{link}',
  'erasure_cancelled.subject': 'Your account will not be deleted ({reference})',
  'erasure_cancelled.text':
    'the deletion was cancelled and your account is active again. Optional messages stay off, and API keys that were revoked stay revoked:\n\n{link}',
  'farewell.subject': 'Your account was deleted ({reference})',
  'farewell.text':
    'Hello,\n\nthe account of this address was deleted, as asked. The receipt says what was deleted and what law makes us keep. Open it with the code you were given when you confirmed:\n\n{link}\n\nThis is the last message; we no longer have your address.',
};
