/** The English catalogue of our mail, in ICU message syntax. */
export const messages: Record<string, string> = {
  greeting: 'Hello {name},',
  'greeting.nobody': 'Hello,',
  footer:
    'EaseLLM Privacy\nQuestions: privacy@easellm.com\nThis is a service message about your account; it is always sent.',
  'sign_up.subject': 'Confirm your e-mail address to open your account',
  'sign_up.text':
    'Somebody, probably you, asked for an EaseLLM account with this address. To open it, open this page and choose a password:\n\n{link}\n\nThe link works once, for a day. If it was not you, do nothing: no account is opened, and what was entered is deleted after that day.',
  'sign_up_known.subject': 'You have an account already',
  'sign_up_known.text':
    'Somebody, probably you, asked for an EaseLLM account with this address. There is one already, so nothing was opened and nothing was changed. Sign in here:\n\n{link}\n\nIf you no longer know the password, ask for a new one here:\n\n{reset}\n\nIf it was not you, you need not do anything: it is in the log of your account.',
  'verify_email.subject': 'Confirm your e-mail address',
  'verify_email.text':
    'Open this page and press the button to confirm that this mailbox is yours:\n\n{link}\n\nThe link works once, for one hour. If you did not ask for it, do nothing.',
  'account_opened.subject': 'Your EaseLLM account: choose a password',
  'account_opened.text':
    'An EaseLLM account was opened for this address. Open this page to confirm that this mailbox is yours and to choose a password:\n\n{link}\n\nThe link works once, for seven days; after that, the sign-in page sends you a new one. If you know nothing of this, write to us.',
  'reset_password.subject': 'Set a new password',
  'reset_password.text':
    'Somebody asked for a new password for this account. To set one, open this page:\n\n{link}\n\nThe link works once, for ten minutes. It opens nothing but that page, which asks for your second factor too, if you have one. If it was not you, do nothing.',
  'password_check_closed.subject': 'Wrong passwords were entered for your account',
  'password_check_closed.text':
    'Too many wrong passwords were entered for your account. From where they came we look at none for {minutes} minutes, and after {most} in 24 hours at none until these are over, the right one included. Nobody got in. Browsers and networks from which you signed in before have a count of their own, so you can still sign in there. You need not do anything. We write this once a day at most; every such time is in the log of your account. If you fear that somebody got in all the same, sign in and say so here:\n\n{notMe}',
  'addresses_tried.subject': 'Passwords are being tried at many addresses',
  'addresses_tried.text':
    'Within 24 hours at least {wrong} wrong passwords were entered for each of more than {most} addresses. So many are no slips of the pen: somebody is trying out a list. It may be slow, an hour between two tries, and from many networks. Whoever guesses a password still needs a second factor; of one account 10 are looked at in 15 minutes and 30 in a day. How many addresses it is now says portal_addresses_tried in the metrics; where the calls come from, the log of the proxy in front. We write this once a day at most.',
  'code_check_closed.subject': 'Sign-in codes are paused for {minutes} minutes',
  'code_check_closed.text':
    'Somebody who got past your password, a mailed link or a signed-in browser entered ten wrong codes. We accept no codes for {minutes} minutes. If it was not you, sign in and say so here: all others are put out, and our support looks into it.\n\n{notMe}\n\nThen change your password.',
  'recovery_code_used.subject': 'A recovery code was used',
  'recovery_code_used.text':
    'A recovery code was used for your account. {left, plural, =0 {None are left} one {One is left} other {# are left}}. If it was not you, sign in and say so here: all others are put out, and our support looks into it.\n\n{notMe}\n\nThen make new codes.',
  'recovery_codes_made.subject': 'New recovery codes were made',
  'recovery_codes_made.text':
    'A new set of recovery codes was made. The old ones no longer work. If it was not you, sign in and say so here: all others are put out, and our support looks into it.\n\n{notMe}\n\nIf you cannot sign in, write to support@easellm.com at once.',
  'password_changed.subject': 'Your password was changed',
  'password_changed.text':
    'Your password was changed and all other sessions were ended. If it was not you, sign in and say so here: all others are put out, and our support looks into it.\n\n{notMe}\n\nIf you cannot sign in, ask for a new password at the sign-in, or write to support@easellm.com at once.',
  'not_me.subject': 'We signed all others out of your account ({reference})',
  'not_me.text':
    'You told us that something in your account was not you. {ended, plural, =0 {Nobody else was signed in} one {One other session was ended} other {# other sessions were ended}}; browsers and networks that we knew are forgotten; addresses that were asked for and links that we mailed no longer work. Our support looks into it, and answers here:\n\n{link}\n\nChange your password now, and look whether every way to sign in is yours.',
  'factor_added.subject':
    '{kind, select, passkey {A passkey was added} other {An authenticator app was added}}',
  'factor_added.text':
    '{kind, select, passkey {A passkey} other {An authenticator app}} was added to your account: {label}. It can be used to sign in. If it was not you, sign in and say so here: all others are put out, and our support looks into it.\n\n{notMe}\n\nIf you cannot sign in, write to support@easellm.com at once.',
  'factor_removed.subject':
    '{kind, select, passkey {A passkey was removed} other {An authenticator app was removed}}',
  'factor_removed.text':
    '{kind, select, passkey {A passkey} other {An authenticator app}} was removed from your account: {label}. It can no longer be used to sign in, and all other sessions were ended. If it was not you, sign in and say so here: all others are put out, and our support looks into it.\n\n{notMe}\n\nIf you cannot sign in, write to support@easellm.com at once.',
  'passkey_suspected.subject': 'One of your passkeys may have been copied',
  'passkey_suspected.text':
    'A passkey of your account counted fewer uses than it had counted before. Either its device was set back, or somebody has a copy of it. {refused, select, yes {We did not accept it.} other {It is one that you have on several devices, which may count for themselves, so that we accepted it.}} If you do not know why, sign in with another passkey or an authenticator app, remove this one on the Security page, and add a new one.',
  'email_change_confirm.subject': 'Confirm your new e-mail address',
  'email_change_confirm.text':
    'You asked to use this address for your account. While signed in, open this page and confirm:\n\n{link}\n\nThe link works once, for one hour.',
  'email_change_notice.subject': 'A new e-mail address was asked for',
  'email_change_notice.text':
    'Somebody signed in to your account asked to change its e-mail address. If it was not you, stop it here (the link works for 72 hours):\n\n{link}\n\nIf you can sign in, put all others out as well:\n\n{notMe}',
  'email_changed.subject': 'Your e-mail address was changed',
  'email_changed.text':
    'The e-mail address of your account was changed, and every other session was ended. This address is no longer used. If it was not you, take it back here (the link works for 72 hours):\n\n{link}\n\nIf you can sign in, put all others out as well:\n\n{notMe}',
  'email_change_undone.subject':
    '{outcome, select, restored {Your earlier e-mail address is back in force} stopped {A change of your e-mail address was stopped} other {Your earlier e-mail address could not be put back}}',
  'email_change_undone.text':
    '{outcome, select, restored {By the link we mailed to this address, the change of your account’s e-mail address was taken back. The account uses this address again, and every session was ended. Sign in and set a new password. If you cannot sign in, write to support@easellm.com.} stopped {By the link we mailed to this address, a change of your account’s e-mail address was stopped. The account goes on using this address, and every session was ended. Sign in and set a new password. If you cannot sign in, write to support@easellm.com.} other {By the link we mailed to this address, every session of your account was ended, and changes of its e-mail address that were open were stopped. This address could not be put back. Open the link in our earlier letter again: the page says why, and what you can do. Or write to support@easellm.com.}}',
  'email_change_undone_new.subject':
    '{outcome, select, restored {This address is no longer used for your account} stopped {This address will not be used for your account} other {Somebody asked to take back the change to this address}}',
  'email_change_undone_new.text':
    '{outcome, select, restored {The change of your account’s e-mail address to this one was taken back from the earlier mailbox. This address is no longer used, and every session was ended. If you want the change, sign in with the earlier address and ask for it again.} stopped {The change of your account’s e-mail address to this one was stopped from the present mailbox. This address will not be used, our link to confirm it no longer works, and every session was ended. If you want the change, sign in and ask for it again.} other {Somebody who reads an earlier mailbox of your account asked to take back its change to this address. Every session was ended, and changes that were open were stopped. This address stays in use. If you did not ask for the change, write to support@easellm.com.}}',
  'staff_invite.subject':
    '{which, select, again {You are invited to the EaseLLM console again} other {You are invited to the EaseLLM console}}',
  'staff_invite.text':
    '{which, select, again {Your password, passkeys, authenticator apps and recovery codes for the privacy console were removed, and every session was ended, because one of them was lost. If it was not you who said so, write to privacy@easellm.com at once.} other {You were added to the staff of EaseLLM who may use the privacy console.}} Open this page to set your password; the sign-in that follows adds your passkey or authenticator app:\n\n{link}\n\nThe link works once, for a day.',
  'due_reminder.subject':
    '{late, plural, =0 {Requests and cases are due within two days} one {One request or case is late} other {# requests and cases are late}}',
  'due_reminder.text':
    'Late: {lateRequests, plural, =0 {no request} one {# request} other {# requests}} and {lateCases, plural, =0 {no case} one {# case} other {# cases}}.\nDue within two days: {soonRequests, plural, =0 {no request} one {# request} other {# requests}} and {soonCases, plural, =0 {no case} one {# case} other {# cases}}.\n\n{link}\n\nWe promise an answer within 30 days at most, and each customer sees the date.',
  'staff_limit_reached.subject': '{who} has reached a limit',
  'staff_limit_reached.text':
    '{who} wanted to {what, select, lookUpByAgent {look up more than {most} customers in an hour} viewByAgent {view more than {most} accounts in a day} caseByStaff {read more than {most} cases in an hour} caseForByAgent {open more than {most} cases for customers in a day} askForByAgent {ask for more than {most} copies and deletions for customers in an hour} other {look for more than {most} customers in an hour}}. It was refused, and is recorded. Please find out why.',
  'support_view_started.subject': 'Our support is viewing your account',
  'support_view_started.text':
    '{who} has begun to view your account, to work on your case {ticket}. They can read the chapters they named, with parts hidden, and change nothing. It ends at {until} at the latest. Why they look, and how to end it at once:\n\n{link}',
  'support_more_time_asked.subject': 'Our support asks for fifteen more minutes',
  'support_more_time_asked.text':
    '{who}, who is viewing your account, asks to go on for fifteen minutes more. Without your answer it ends at {until}. To agree or to refuse:\n\n{link}',
  'support_view_ended.subject': 'Our support no longer views your account',
  'support_view_ended.text':
    '{who} viewed your account for {minutes, plural, one {a minute} other {# minutes}}. {count, plural, =0 {They opened no chapter of your data.} one {Of your data they opened this chapter: {opened}.} other {Of your data they opened these chapters: {opened}.}} Each page stands in your log:\n\n{link}',
  'case_received.subject': 'We have your case ({reference})',
  'case_received.text':
    'Your case reached us and is called {reference}. We answer it by {due} at the latest. You can follow it, write to us in it and take it back here:\n\n{link}\n\nWhat you and we write stands there alone; nothing of it is mailed.',
  'case_opened.subject': 'A case was opened for you ({reference})',
  'case_opened.text':
    '{who} opened a case for you, called {reference}. {kind, select, correction {It asks for a correction, and nothing is corrected unless you confirm it there by {until}. } other {}}Sign in to read what it is about and to answer:\n\n{link}\n\nIf you did not ask us anything, say so in it.',
  'case_answered.subject': 'There is an answer in your case {reference}',
  'case_answered.text':
    'We wrote to you in your case {reference}. Sign in to read and to answer it:\n\n{link}',
  'case_decided.subject': 'Your case {reference} was decided',
  'case_decided.text':
    'Your case {reference} was decided. Sign in to read the decision with its reason:\n\n{link}',
  'lost_factors_link.subject': 'Lost your authenticator and your recovery codes?',
  'lost_factors_link.text':
    'Somebody who entered the password of this account says that its authenticator and its recovery codes are lost. If it was you, open this page within an hour and tell us what happened:\n\n{link}\n\nIf it was not you, do not open it and set a new password: somebody knows yours.',
  'lost_factors_opened.subject':
    'Somebody asks for a new authenticator for your account ({reference})',
  'lost_factors_opened.text':
    'Case {reference} was opened: somebody who knows your password and reads this mailbox asks for a new authenticator, because the old one and the recovery codes are lost.\n\nIf it was you, wait: nobody agrees before {from}. Then two people at EaseLLM do, and we write to you. Found the authenticator or a recovery code? Sign in with it, and the case ends.\n\nIf it was not you, stop it here, without signing in:\n\n{link}\n\nThen set a new password, here and for this mailbox.',
  'lost_factors_waiting.subject':
    'Still under way: a new authenticator for your account ({reference})',
  'lost_factors_waiting.text':
    'Somebody asked for a new authenticator for your account, without the old one and without recovery codes (case {reference}). From {from} on, two people at EaseLLM can agree to it.\n\nIf it was not you, stop it here, without signing in:\n\n{link}\n\nThen set a new password, here and for this mailbox.',
  'lost_factors_approved.subject': 'You can add a new authenticator now ({reference})',
  'lost_factors_approved.text':
    'Two people at EaseLLM agreed to case {reference}. Open this page, enter your password and add a new authenticator:\n\n{link}\n\nThe link works until {until}, or until the new authenticator is added. When the new authenticator is added, the old one and the old recovery codes stop working, and every session ends. For seven days after that, no copy of your data is given out, no deletion can be asked for, and the address stays.\n\nIf it was not you, stop it here, without signing in:\n\n{stop}',
  'lost_factors_refused.subject': 'No new authenticator for your account ({reference})',
  'lost_factors_refused.text':
    'Case {reference} was refused, and nothing was changed. This is the reason, word for word:\n\n{reason}\n\nYou can ask again, or answer this letter. If it was not you who asked, set a new password: somebody knows yours.',
  'lost_factors_stopped.subject': 'The case about lost sign-in devices was stopped ({reference})',
  'lost_factors_stopped.text':
    'Case {reference} was stopped, and nothing was changed: {how, select, stopped_by_link {somebody pressed the button behind the link in our letter.} stopped_signed_in {somebody who is signed in to the account stopped it.} stopped_by_factor {somebody proved the authenticator or a recovery code of the account, so they are not lost.} other {a change of the e-mail address was taken back.}}\n\nIf it was not you who opened the case, somebody knows your password: sign in and set a new one, here and for this mailbox.\n\n{link}\n\nIf it was not you who stopped it, answer this letter.',
  'lost_factors_lapsed.subject': 'The link for a new authenticator is over ({reference})',
  'lost_factors_lapsed.text':
    'The link we sent you in case {reference} was not used in time, or no authenticator was added with it. Nothing was changed. You can ask again at the sign-in.',
  'lost_factors_undecided.subject': 'Your case has ended without a decision ({reference})',
  'lost_factors_undecided.text':
    'You asked for a new authenticator in case {reference}. Two people would have had to agree, and did not within fourteen days; so it has ended, and nothing was changed. That is our fault, not yours. You can ask again at the sign-in:\n\n{link}\n\nIf you found your authenticator or a recovery code meanwhile, you need not do anything.',
  'lost_factors_completed.subject':
    'A new authenticator was added; the old one is removed ({reference})',
  'lost_factors_completed.text':
    'A new authenticator was added to your account by case {reference}. The old one and the old recovery codes no longer work, and every other session was ended. Until {until}, no copy of your data is given out, no deletion can be asked for or begins, and the address stays; everything else works.\n\nIf it was not you, write to support@easellm.com at once; if you can still sign in, say so here first:\n\n{notMe}',
  'copy_asked.subject': 'We are putting your copy together ({reference})',
  'copy_asked.text':
    'You asked for a copy of your data. The reference is {reference}. It is usually ready within minutes, and by {due} at the latest.',
  'asked_for.subject':
    '{kind, select, erasure {Did you ask us to delete your account?} other {Did you ask us for a copy of your data?}} ({reference})',
  'asked_for.text':
    '{who} has asked us, for you and for your case {ticket}, to {kind, select, erasure {delete your account} other {put a copy of your data together}}. Nothing is done unless you confirm it by {until}. Sign in to see it, and to confirm or decline it:\n\n{link}\n\nIf you know nothing of this, decline it; the page also lets you tell us. You need not do anything for it to lapse.',
  'asked_for_reminder.subject':
    '{kind, select, erasure {A deletion} rectification {A correction} other {A copy}} still waits for your answer ({reference})',
  'asked_for_reminder.text':
    '{who} asked us, for you, to {kind, select, erasure {delete your account} rectification {correct your data} other {put a copy of your data together}}. You have not answered yet. Nothing is done unless you confirm it by {until}:\n\n{link}\n\nWe do not remind you again.',
  'asked_for_lapsed.subject':
    '{kind, select, erasure {Your account will not be deleted} rectification {Nothing of yours was corrected} other {No copy of your data was made}} ({reference})',
  'asked_for_lapsed.text':
    'Our support asked us, for you, to {kind, select, erasure {delete your account} rectification {correct your data} other {put a copy of your data together}}. You did not confirm it in time, so it has lapsed and nothing was done. You can ask for it yourself at any time:\n\n{link}',
  'copy_ready.subject': 'Your copy is ready ({reference})',
  'copy_ready.text':
    'Your copy can be downloaded until {expires}. Sign in to have it:\n\n{link}\n\nThe page asks for your second factor; this link alone opens nothing.{missing, plural, =0 {} other {\n\nNot in it is what {names} {missing, plural, one {holds} other {hold}} about you: no answer that we can use came in time. We keep asking, and the page tells when it has come.}}',
  'copy_failed.subject': 'Your copy could not be made yet ({reference})',
  'copy_failed.text':
    'Putting your copy together failed, and we know of it. You can start it again:\n\n{link}',
  'erasure_scheduled.subject': 'Your account will be deleted ({reference})',
  'erasure_scheduled.text':
    'You asked us to delete your account. {stopped, select, true {The deletion starts on {executes}. A legal hold stops its end: what is held, and with it your account itself, stays until the hold ends.} other {It happens on {executes}.}} Until then your account is read-only and you can cancel:\n\n{link}\n\nAfter that day it cannot be undone.',
  'erasure_postponed.subject': 'The deletion of your account begins later ({reference})',
  'erasure_postponed.text':
    'A new authenticator was added to your account without the old one. So that nobody who did that in your place can bring about the deletion of the account, it does not begin in the seven days after. It begins on {executes}. {capped, select, true {That is less than seven days: you asked for the deletion, and we promised to be done with it within 30 days.} other {}}\n\nUntil then you can cancel:\n\n{link}\n\nIf it was not you who added the authenticator, write to support@easellm.com at once.',
  'erasure_reminder.subject':
    '{stopped, select, true {The deletion of your account starts tomorrow} other {Your account will be deleted tomorrow}} ({reference})',
  'erasure_reminder.text':
    'As you asked, {stopped, select, true {the deletion of your account starts on {executes}. A legal hold stops its end: what is held, and with it your account itself, stays until the hold ends.} other {your account will be deleted on {executes}.}} Until then you can cancel:\n\n{link}',
  'hold_placed.subject': 'A legal hold on your data ({reference})',
  'hold_placed.text':
    'We must keep the following of your data for now, and may not delete it: {what}. {ground, select, authority_order {An authority ordered it.} legal_claims {It is needed for a legal claim.} payment_dispute {A payment is in dispute.} tax_audit {It is needed for a tax audit.} other {}}\n\nThe hold ends on {until} at the latest. It changes nothing else about your data. If you ask for your account to be deleted, everything else that may be deleted goes before, and the deletion waits for the end of the hold: only then go your account itself, its key, and what other systems hold. {kept, select, true {What is held stays after the hold for as long as a law makes us keep it, as it would have without the hold; before you confirm a deletion you see which law and until when.} other {What is held goes with them.}}\n\nTwo people at EaseLLM decided this. You can see it under “Legal holds”:\n\n{link}\n\nIf you object, answer this letter or write to the data protection officer, dpo@easellm.com.',
  'hold_released.subject': 'A legal hold on your data has ended ({reference})',
  'hold_released.text':
    '{barred, select, true {We had to keep the following of your data and could not tell you, because an authority had forbidden it: {what}. The hold is now released, and we may tell you. “Who looked” now shows who placed it and when.} other {The hold on the following of your data was released: {what}.}} {kept, select, true {From now on it is deleted when the law that makes us keep it lets us.} other {From now on it is deleted as everything else is.}}\n\n{link}',
  'erasure_cancelled.subject': 'Your account will not be deleted ({reference})',
  'erasure_cancelled.text':
    'The deletion was cancelled and your account is active again. Optional messages stay off until you turn them on, and API keys that were revoked, if you had any, stay revoked:\n\n{link}',
  'farewell.subject': 'Your account was deleted ({reference})',
  'farewell.text':
    'Hello,\n\nThe account of this address was deleted, as asked. The receipt says what was deleted and what law makes us keep. Open it with the code you were given when you confirmed:\n\n{link}\n\nThis is the last message; we no longer have your address.',
};
