/** The English catalogue of our mail, in ICU message syntax. */
export const messages: Record<string, string> = {
  greeting: 'Hello {name},',
  footer:
    'EaseLLM Privacy\nQuestions: privacy@easellm.com\nThis is a service message about your account; it is always sent.',
  'verify_email.subject': 'Confirm your e-mail address',
  'verify_email.text':
    'Open this page and press the button to confirm that this mailbox is yours:\n\n{link}\n\nThe link works once, for one hour. If you did not ask for it, do nothing.',
  'reset_password.subject': 'Set a new password',
  'reset_password.text':
    'Somebody asked for a new password for this account. To set one, open this page:\n\n{link}\n\nThe link works once, for ten minutes. It opens nothing but that page, which asks for your second factor too, if you have one. If it was not you, do nothing.',
  'code_check_closed.subject': 'Sign-in codes are paused for {minutes} minutes',
  'code_check_closed.text':
    'Somebody who got past your password, a mailed link or a signed-in browser entered ten wrong codes. We accept no codes for {minutes} minutes. If it was not you, change your password.',
  'recovery_code_used.subject': 'A recovery code was used',
  'recovery_code_used.text':
    'A recovery code was used for your account. {left, plural, =0 {None are left} one {One is left} other {# are left}}. If it was not you, sign in, end all other sessions and make new codes.',
  'recovery_codes_made.subject': 'New recovery codes were made',
  'recovery_codes_made.text':
    'A new set of recovery codes was made. The old ones no longer work. If it was not you, write to support@easellm.com at once.',
  'password_changed.subject': 'Your password was changed',
  'password_changed.text':
    'Your password was changed and all other sessions were ended. If it was not you, write to support@easellm.com at once.',
  'factor_added.subject': 'An authenticator app was added',
  'factor_added.text':
    'An authenticator app was added to your account. If it was not you, write to support@easellm.com at once.',
  'email_change_confirm.subject': 'Confirm your new e-mail address',
  'email_change_confirm.text':
    'You asked to use this address for your account. While signed in, open this page and confirm:\n\n{link}\n\nThe link works once, for one hour.',
  'email_change_notice.subject': 'A new e-mail address was asked for',
  'email_change_notice.text':
    'Somebody signed in to your account asked to change its e-mail address. If it was not you, stop it here (the link works for 72 hours):\n\n{link}',
  'email_changed.subject': 'Your e-mail address was changed',
  'email_changed.text':
    'The e-mail address of your account was changed. This address is no longer used. If it was not you, take it back here (the link works for 72 hours):\n\n{link}',
  'copy_asked.subject': 'We are putting your copy together ({reference})',
  'copy_asked.text':
    'You asked for a copy of your data. The reference is {reference}. It is usually ready within minutes, and by {due} at the latest.',
  'copy_ready.subject': 'Your copy is ready ({reference})',
  'copy_ready.text':
    'Your copy can be downloaded until {expires}. Sign in to have it:\n\n{link}\n\nThe page asks for your second factor; this link alone opens nothing.',
  'copy_failed.subject': 'Your copy could not be made yet ({reference})',
  'copy_failed.text':
    'Putting your copy together failed, and we know of it. You can start it again:\n\n{link}',
  'erasure_scheduled.subject': 'Your account will be deleted ({reference})',
  'erasure_scheduled.text':
    'You asked us to delete your account. It happens on {executes}. Until then your account is read-only and you can cancel:\n\n{link}\n\nAfter that day it cannot be undone.',
  'erasure_reminder.subject': 'Your account will be deleted tomorrow ({reference})',
  'erasure_reminder.text':
    'As you asked, your account will be deleted on {executes}. Until then you can cancel:\n\n{link}',
  'erasure_cancelled.subject': 'Your account will not be deleted ({reference})',
  'erasure_cancelled.text':
    'The deletion was cancelled and your account is active again. Optional messages stay off, and API keys that were revoked stay revoked:\n\n{link}',
  'farewell.subject': 'Your account was deleted ({reference})',
  'farewell.text':
    'Hello,\n\nThe account of this address was deleted, as asked. The receipt says what was deleted and what law makes us keep. Open it with the code you were given when you confirmed:\n\n{link}\n\nThis is the last message; we no longer have your address.',
};
