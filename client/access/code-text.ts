import type { IntlShape } from 'react-intl';
import type { Purpose } from '../../db/data-map/vocabulary.ts';
import { themeText } from '../account/field-text.ts';
import { capitalised } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { sectionText } from '../lib/section-text.ts';

/** Why something was read or passed on. */
const purposeText = defineMessages<Purpose>({
  operate_account: { id: 'purpose.operate_account', defaultMessage: 'To run your account' },
  authenticate: { id: 'purpose.authenticate', defaultMessage: 'To know that it is you' },
  platform_security: {
    id: 'purpose.platform_security',
    defaultMessage: 'To keep the platform and your account safe',
  },
  provide_compute: { id: 'purpose.provide_compute', defaultMessage: 'To run the GPUs you rent' },
  billing: { id: 'purpose.billing', defaultMessage: 'To bill what you used' },
  tax_records: {
    id: 'purpose.tax_records',
    defaultMessage: 'To keep the records that tax law asks for',
  },
  support: { id: 'purpose.support', defaultMessage: 'To answer what you ask us' },
  service_notices: {
    id: 'purpose.service_notices',
    defaultMessage: 'To tell you what you need to know about your account',
  },
  marketing: {
    id: 'purpose.marketing',
    defaultMessage: 'To send you what you asked to hear about',
  },
  product_analytics: {
    id: 'purpose.product_analytics',
    defaultMessage: 'To see which parts of the product are used',
  },
  visit_statistics: {
    id: 'purpose.visit_statistics',
    defaultMessage: 'To count visits to this portal, if you allow it',
  },
  fraud_detection: { id: 'purpose.fraud_detection', defaultMessage: 'To prevent fraud' },
  privacy_rights: {
    id: 'purpose.privacy_rights',
    defaultMessage: 'To carry out and prove your privacy choices and requests',
  },
  legal_holds: {
    id: 'purpose.legal_holds',
    defaultMessage: 'To keep what law or a legal claim does not let us delete yet',
  },
  accountability: {
    id: 'purpose.accountability',
    defaultMessage: 'To record who looked at your data and what was done',
  },
});

/** Codes that are no words yet. */
const otherText = defineMessages({
  pwd: { id: 'code.pwd', defaultMessage: 'Password' },
  otp: { id: 'code.otp', defaultMessage: 'Authenticator code' },
  rc: { id: 'code.rc', defaultMessage: 'Recovery code' },
  hwk: { id: 'code.hwk', defaultMessage: 'Passkey of one device' },
  swk: { id: 'code.swk', defaultMessage: 'Synced passkey' },
  user: { id: 'code.user', defaultMessage: 'Verified by the device' },
  subject: { id: 'code.subject', defaultMessage: 'You' },
  staff: { id: 'code.staff', defaultMessage: 'A person at EaseLLM' },
  service: { id: 'code.service', defaultMessage: 'A service of ours' },
  system: { id: 'code.system', defaultMessage: 'This portal by itself' },
  you: { id: 'code.you', defaultMessage: 'You' },
  pending_deletion: { id: 'code.pending_deletion', defaultMessage: 'Waiting for deletion' },
  erasing: { id: 'code.erasing', defaultMessage: 'Being deleted' },
  customer: { id: 'code.customer', defaultMessage: 'You' },
  sign_in: { id: 'code.sign_in', defaultMessage: 'Portal sign-in' },
  verify_email: { id: 'code.verify_email', defaultMessage: 'To confirm your e-mail address' },
  reset_password: { id: 'code.reset_password', defaultMessage: 'To set a new password' },
  displayName: { id: 'code.displayName', defaultMessage: 'Name' },
  timeZone: { id: 'code.timeZone', defaultMessage: 'Time zone' },
  theme: { id: 'code.theme', defaultMessage: 'Appearance' },
  email: { id: 'code.email', defaultMessage: 'E-mail' },
  asked: { id: 'code.asked', defaultMessage: 'You asked for it' },
  account_deleted: { id: 'code.account_deleted', defaultMessage: 'The account was deleted' },
});

/** Words of stored codes that people write in capitals. */
const ABBREVIATION = /\b(api|cpu|gpu|id|ssh)\b/gi;

const catalogues = {
  section: sectionText,
  purpose: purposeText,
  theme: themeText,
  other: otherText,
};
export type Catalogue = keyof typeof catalogues;

/** A stored code as words: from its catalogue, else its own letters, "session_started" as "Session started". */
export function codeWords(intl: IntlShape, catalogue: Catalogue, code: string): string {
  const known = catalogues[catalogue];
  if (Object.hasOwn(known, code)) {
    const message = known[code as keyof typeof known];
    if (message) return intl.formatMessage(message);
  }
  return capitalised(code.replaceAll('_', ' ').trim()).replace(ABBREVIATION, (word) =>
    word.toUpperCase(),
  );
}
