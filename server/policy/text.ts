/** One chapter of the policy: an anchor, a heading, paragraphs, and a list printed from the data map. */
export type PolicyChapter = {
  id: string;
  title: string;
  paragraphs: string[];
  list?: 'account' | 'usage' | 'device' | 'recipients' | 'contacts';
};

/**
 * EaseLLM's privacy policy in the portal's own words. A change of wording is a new version: the start
 * refuses a published version whose text was altered.
 */
export const policyText: readonly PolicyChapter[] = [
  {
    id: 'what',
    title: 'What this is about',
    paragraphs: [
      'EaseLLM rents GPUs. This page says what we hold about you when you rent them, why we hold it, who else receives it, how long it stays, and what you can do about it.',
      'Everything it promises can be done in this portal. The three lists of data below are printed from the same record that the software works with, so that they cannot say less than we hold.',
    ],
  },
  {
    id: 'account-data',
    title: 'What your account collects',
    paragraphs: [
      'You give us most of it yourself when you open the account, pay, write to us or choose.',
    ],
    list: 'account',
  },
  {
    id: 'usage-data',
    title: 'What your use collects',
    paragraphs: ['The machines you rent report what they did, so that we can run and bill them.'],
    list: 'usage',
  },
  {
    id: 'device-data',
    title: 'What devices and connections reveal',
    paragraphs: [
      'We keep coarse facts about them: the network, not the address; the browser’s family, not its version.',
    ],
    list: 'device',
  },
  {
    id: 'why',
    title: 'What we use it for',
    paragraphs: [
      'To run the GPUs you rent, bill what you used and answer what you ask us. To run your account and tell you what you need to know about it.',
      'To keep the platform safe, prevent fraud, and meet what law asks of us. To see which parts of the product are used.',
      'We send marketing only if you say yes, topic by topic. Every choice is off until you switch it on, and one switch turns everything off.',
    ],
  },
  {
    id: 'sharing',
    title: 'Who else receives it',
    paragraphs: [
      'We do not sell your data, trade it or pass it on, except to those who work for us, named here with their country and the safeguard for the transfer, and where law makes us.',
      'If EaseLLM or a part of it is sold, we tell you before your data moves, and you can take it with you or have it deleted first.',
    ],
    list: 'recipients',
  },
  {
    id: 'security',
    title: 'How we protect it',
    paragraphs: [
      'It is encrypted on its way and where it lies: what names you, reaches you or was written by you is sealed under a key of your own, which is destroyed with your account.',
      'Signing in needs a second factor. Staff see only what their role allows, and every look is recorded where you can read it.',
      'Whoever works with personal data here is trained and bound to confidentiality.',
    ],
  },
  {
    id: 'retention',
    title: 'How long we keep it',
    paragraphs: [
      'Each datum has a date on which it goes, shown beside it in Your data. A daily run makes those dates true.',
      'Some records outlive your account because law asks for them, such as invoices. They are cut down to what that law needs and locked away under a key of their own until its period ends.',
      'When you ask us to delete your account, it is done within 30 days. You choose how many days you want to think it over; they count.',
    ],
  },
  {
    id: 'rights',
    title: 'What you can do',
    paragraphs: [
      'See what we hold, correct it, take a copy to another provider, choose what we may send you, choose cookies, and have your account deleted. Each is a page of this portal; support can help you with all of them.',
      'We answer within 30 days, or sooner where your law says so. If you are not content with our answer, you can complain to your data protection authority.',
    ],
  },
  {
    id: 'cookies',
    title: 'Cookies',
    paragraphs: [
      'Only cookies that this portal cannot work without are set before you choose. If your browser sends Global Privacy Control, we take it as a no to everything optional.',
    ],
  },
  {
    id: 'countries',
    title: 'Other countries',
    paragraphs: [
      'Our data centres and some of those who work for us are in other countries. Beside each of them stands the safeguard that protects your data there.',
    ],
  },
  {
    id: 'children',
    title: 'Children',
    paragraphs: [
      'Our service is not for children under 13, and we do not knowingly collect data about them. If you know of such data, write to us and we delete it promptly.',
    ],
  },
  {
    id: 'others',
    title: 'Sites and services of others',
    paragraphs: [
      'Links and integrations lead to services with policies of their own. We are not responsible for what they do with data that you give them.',
    ],
  },
  {
    id: 'changes',
    title: 'Changes',
    paragraphs: [
      'If this policy changes in a way that matters to you, we tell you by mail and in this portal before it is in force. A choice that needs your consent stays off until you give it again.',
    ],
  },
  {
    id: 'contact',
    title: 'Whom to ask',
    paragraphs: ['Write to us; a person answers.'],
    list: 'contacts',
  },
];

/** Who answers what. */
export const policyContacts = [
  { about: 'Your data and your rights', address: 'privacy@easellm.com' },
  { about: 'Data protection officer', address: 'dpo@easellm.com' },
  { about: 'Your account and the service', address: 'support@easellm.com' },
  { about: 'Legal matters and authorities', address: 'legal@easellm.com' },
] as const;
