import { createIntl, createIntlCache } from '@formatjs/intl';
import type { RecoveryEnd } from '../../db/schema/factor-recovery.ts';
import type { RequestKind } from '../../db/schema/request.ts';
import { messages } from './messages.ts';

/** What each message needs besides the person's name. Links are built by the caller from PUBLIC_URL. */
export type MailParams = {
  /** To a mailbox that nobody has proved: nothing that somebody else entered stands in it. */
  sign_up: { link: string };
  /** `link` is the sign-in, `reset` asks for a new password. */
  sign_up_known: { link: string; reset: string };
  verify_email: { link: string };
  account_opened: { link: string };
  reset_password: { link: string };
  password_check_closed: { minutes: number; most: number } & NotMe;
  code_check_closed: { minutes: number } & NotMe;
  recovery_code_used: { left: number } & NotMe;
  recovery_codes_made: NotMe;
  password_changed: NotMe;
  /** How many sessions were `ended`; `link` is the case. */
  not_me: { reference: string; ended: number; link: string };
  /** `label`: how the person calls it. */
  factor_added: { kind: 'app' | 'passkey'; label: string } & NotMe;
  factor_removed: { kind: 'app' | 'passkey'; label: string } & NotMe;
  passkey_suspected: { refused: 'yes' | 'no' };
  /** More than `most` addresses had `wrong` wrong passwords each in a day. */
  addresses_tried: { most: number; wrong: number };
  email_change_confirm: { link: string };
  email_change_notice: { link: string } & NotMe;
  email_changed: { link: string } & NotMe;
  email_change_undone: { outcome: 'restored' | 'stopped' | 'address_taken' };
  email_change_undone_new: { outcome: 'restored' | 'stopped' | 'address_taken' };
  /** `what` is a key of the staff budgets, `most` how many it has. */
  staff_limit_reached: { who: string; what: string; most: number };
  /** What is past its day, and what will be within two days. */
  due_reminder: {
    late: number;
    lateRequests: number;
    soonRequests: number;
    lateCases: number;
    soonCases: number;
    link: string;
  };
  staff_invite: { link: string; which: 'first' | 'again' };
  support_view_started: { who: string; ticket: string; until: string; link: string };
  support_more_time_asked: { who: string; until: string; link: string };
  /** Titles of `opened` chapters, and how many. */
  support_view_ended: { who: string; minutes: number; opened: string; count: number; link: string };
  case_received: { reference: string; due: string; link: string };
  /** A correction waits for the customer's yes until `until`. */
  case_opened: {
    reference: string;
    who: string;
    kind: 'question' | 'correction';
    until: string;
    link: string;
  };
  case_answered: { reference: string; link: string };
  case_decided: { reference: string; link: string };
  lost_factors_link: { link: string };
  /** `link` stops it; nobody decides before `from`. */
  lost_factors_opened: { reference: string; from: string; link: string };
  lost_factors_waiting: { reference: string; from: string; link: string };
  /** `link` adds a new factor until `until`; `stop` stops it. */
  lost_factors_approved: { reference: string; link: string; until: string; stop: string };
  /** Word for word: its reader cannot sign in to read it. */
  lost_factors_refused: { reference: string; reason: string };
  lost_factors_stopped: { reference: string; how: RecoveryEnd; link: string };
  lost_factors_lapsed: { reference: string };
  lost_factors_undecided: { reference: string; link: string };
  lost_factors_completed: { reference: string; until: string } & NotMe;
  copy_asked: { reference: string; due: string };
  /** Support `who` asked for a copy or a deletion, which the customer confirms until `until`. */
  asked_for: AskedForParams & { who: string; ticket: string; until: string };
  /** Also of a correction, which a case asks for. */
  asked_for_reminder: OrCorrection & { who: string; until: string };
  asked_for_lapsed: OrCorrection;
  /** `names` of `missing` holders that did not answer in time. */
  copy_ready: {
    reference: string;
    link: string;
    expires: string;
    missing: number;
    names: string;
  };
  copy_failed: { reference: string; link: string };
  /** `stopped`: a legal hold that the person knows of keeps it from its end. */
  erasure_scheduled: ErasureParams;
  erasure_reminder: ErasureParams;
  /**
   * `what` is held until `until`, on a ground of the list. `kept`: a law keeps some of it for longer in any
   * case. `barred`: an authority forbade to tell of it before.
   */
  hold_placed: HoldParams;
  hold_released: HoldParams;
  erasure_cancelled: { reference: string; link: string };
  /** `capped`: the promised 30 days let it move no further. */
  erasure_postponed: { reference: string; executes: string; capped: boolean; link: string };
};
/** Where its reader says that it was not them; nothing in the link acts. */
type NotMe = { notMe: string };
type AskedForParams = { kind: 'portability' | 'erasure'; reference: string; link: string };
type OrCorrection = Omit<AskedForParams, 'kind'> & { kind: RequestKind };
type ErasureParams = { reference: string; executes: string; stopped: boolean; link: string };
type HoldParams = {
  reference: string;
  what: string;
  ground: string;
  until: string;
  kept: boolean;
  barred: boolean;
  link: string;
};
export type MailTemplate = keyof MailParams;

export type RenderedMail = { subject: string; text: string; optional: boolean };

const intl = createIntl({ locale: 'en', messages }, createIntlCache());

/**
 * Subject and text of a message. Nothing personal but the name, which is left out (null) where whoever
 * entered it may be somebody else than its reader; no link that signs anybody in.
 */
export function renderMail<K extends MailTemplate>(
  template: K,
  params: MailParams[K],
  { name }: { name: string | null },
): RenderedMail {
  const values = { ...params, name };
  const subject = intl.formatMessage({ id: `${template}.subject` }, values);
  const body = intl.formatMessage({ id: `${template}.text` }, values);
  return {
    subject: oneLine(subject),
    text: `${intl.formatMessage({ id: name === null ? 'greeting.nobody' : 'greeting' }, { name })}\n\n${body}\n\n${messages.footer}\n`,
    optional: false,
  };
}

/** The last letter of an erased account: the same words for everybody, and no name. */
export function renderFarewell({
  reference,
  receiptUrl,
}: {
  reference: string;
  receiptUrl: string;
}): Omit<RenderedMail, 'optional'> {
  const values = { reference, link: receiptUrl };
  return {
    subject: intl.formatMessage({ id: 'farewell.subject' }, values),
    text: `${intl.formatMessage({ id: 'farewell.text' }, values)}\n\n${messages.footer}\n`,
  };
}

/** No line breaks in a header, whatever a name holds. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
