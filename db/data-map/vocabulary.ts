/**
 * The words a data map entry may use. Data categories and uses are keys of the fideslang taxonomy
 * (Ethyca, CC BY 4.0, https://ethyca.github.io/fideslang/); everything else is EaseLLM's own list.
 */

/** Data categories of fideslang that occur here. */
export const dataCategories = [
  'system.operations',
  'user.account',
  'user.account.settings',
  'user.authorization',
  'user.authorization.credentials',
  'user.authorization.password',
  'user.behavior',
  'user.behavior.browsing_history',
  'user.behavior.purchase_history',
  'user.contact',
  'user.contact.address',
  'user.contact.address.country',
  'user.contact.address.state',
  'user.contact.email',
  'user.contact.organization',
  'user.contact.phone_number',
  'user.content.private',
  'user.demographic.language',
  'user.device',
  'user.device.cookie',
  'user.device.device_id',
  'user.device.ip_address',
  'user.financial',
  'user.financial.credit_card',
  'user.location.imprecise',
  'user.name',
  'user.payment',
  'user.privacy_preferences',
  'user.telemetry',
  'user.unique_id',
  'user.unique_id.pseudonymous',
] as const;
export type DataCategory = (typeof dataCategories)[number];

/** Art. 6(1) GDPR, by letter. */
export const lawfulBases = {
  a: 'your consent',
  b: 'contract',
  c: 'legal duty',
  f: 'legitimate interest',
} as const;
export type LawfulBasis = keyof typeof lawfulBases;

type PurposeEntry = { use: string; basis: LawfulBasis; text: string };

/** Why something is processed. `use` is a fideslang data use; a read names one of these keys. */
export const purposes = {
  operate_account: { use: 'essential.service', basis: 'b', text: 'To run your account' },
  authenticate: {
    use: 'essential.service.authentication',
    basis: 'b',
    text: 'To know that it is you',
  },
  platform_security: {
    use: 'essential.service.security',
    basis: 'f',
    text: 'To keep the platform and your account safe',
  },
  provide_compute: {
    use: 'essential.service.operations',
    basis: 'b',
    text: 'To run the GPUs you rent',
  },
  billing: {
    use: 'essential.service.payment_processing',
    basis: 'b',
    text: 'To bill what you used',
  },
  tax_records: {
    use: 'essential.legal_obligation',
    basis: 'c',
    text: 'To keep the records that tax law asks for',
  },
  support: {
    use: 'essential.service.operations.support',
    basis: 'b',
    text: 'To answer what you ask us',
  },
  service_notices: {
    use: 'essential.service.notifications.email',
    basis: 'b',
    text: 'To tell you what you need to know about your account',
  },
  marketing: {
    use: 'marketing.communications.email',
    basis: 'a',
    text: 'To send you what you asked to hear about',
  },
  product_analytics: {
    use: 'analytics.reporting',
    basis: 'f',
    text: 'To see which parts of the product are used',
  },
  visit_statistics: {
    use: 'analytics.reporting.system',
    basis: 'a',
    text: 'To count visits to this portal, if you allow it',
  },
  fraud_detection: {
    use: 'essential.fraud_detection',
    basis: 'f',
    text: 'To prevent fraud',
  },
  privacy_rights: {
    use: 'essential.legal_obligation',
    basis: 'c',
    text: 'To carry out and prove your privacy choices and requests',
  },
  legal_holds: {
    use: 'essential.legal_obligation',
    basis: 'c',
    text: 'To keep what law or a legal claim does not let us delete yet',
  },
  accountability: {
    use: 'essential.legal_obligation',
    basis: 'c',
    text: 'To record who looked at your data and what was done',
  },
} as const satisfies Record<string, PurposeEntry>;
export type Purpose = keyof typeof purposes;

/** Where a datum comes from, GDPR Art. 15(1)(g). */
export const sources = {
  given: 'Given by you',
  observed: 'Observed while you use the service',
  derived: 'Derived from other facts',
  third_party: 'Received from somebody else',
} as const;
export type Source = keyof typeof sources;

type RecipientEntry = { name: string; role: string; country: string; safeguard: string };

/** Who outside EaseLLM receives something, GDPR Art. 13(1)(e)–(f), 15(1)(c), 15(2). */
export const recipients = {
  northmail: {
    name: 'Northmail',
    role: 'delivers our mail',
    country: 'US',
    safeguard: 'Standard contractual clauses',
  },
  paylane: {
    name: 'Paylane',
    role: 'processes payments',
    country: 'IE',
    safeguard: 'Within the European Economic Area',
  },
  tallymetric: {
    name: 'Tallymetric',
    role: 'product analytics',
    country: 'NL',
    safeguard: 'Within the European Economic Area',
  },
  frankfurt: {
    name: 'Mainfeld Data Centre, Frankfurt',
    role: 'houses GPUs',
    country: 'DE',
    safeguard: 'Within the European Economic Area',
  },
  oregon: {
    name: 'Cascade Colocation, Oregon',
    role: 'houses GPUs',
    country: 'US',
    safeguard: 'Standard contractual clauses',
  },
} as const satisfies Record<string, RecipientEntry>;
export type Recipient = keyof typeof recipients;

/** Chapters of *Your data*. `policyList` says which of the policy's three lists prints it. */
export const sections = {
  account: { title: 'Account', policyList: 'account' },
  billing: { title: 'Billing', policyList: 'account' },
  support: { title: 'Support', policyList: 'account' },
  usage: { title: 'GPU usage', policyList: 'usage' },
  analytics: { title: 'Product analytics', policyList: 'usage' },
  decisions: { title: 'Automated decisions', policyList: 'usage' },
  devices: { title: 'Devices and connections', policyList: 'device' },
  security: { title: 'Sign-in and security', policyList: 'device' },
  communication: { title: 'Messages we sent', policyList: 'account' },
  choices: { title: 'Your choices', policyList: 'account' },
  records: { title: 'Requests and records', policyList: 'account' },
} as const satisfies Record<string, { title: string; policyList: 'account' | 'usage' | 'device' }>;
export type Section = keyof typeof sections;
