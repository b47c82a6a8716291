import type { IntlShape } from 'react-intl';
import { useIntl } from 'react-intl';
import { channelText, topicText } from '../consent/choice-text.ts';
import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';

type Facts = NonNullable<Outputs['audit']['log']['entries'][number]['facts']>;

const text = defineMessages({
  fields: { id: 'facts.fields', defaultMessage: 'Fields: {fields}.' },
  asked: {
    id: 'facts.asked',
    defaultMessage: '{topic} ({channel}): {allowed, select, true {it may} other {it may not}}.',
  },
  rows: {
    id: 'facts.rows',
    defaultMessage:
      '{taken, plural, =0 {No new records} one {One new record} other {# new records}}{known, plural, =0 {} other {, # known already}}{refused, plural, =0 {} other {, # refused}}.',
  },
});

/** What a service asks about that is always sent. */
const serviceTopicText = defineMessages({
  security: { id: 'facts.topic.security', defaultMessage: 'Security messages' },
  legal: { id: 'facts.topic.legal', defaultMessage: 'Legal messages' },
  billing: { id: 'facts.topic.billing', defaultMessage: 'Billing messages' },
  requests: { id: 'facts.topic.requests', defaultMessage: 'Messages about your requests' },
});

const toldText = defineMessages({
  'account.provisioned': {
    id: 'facts.told.account.provisioned',
    defaultMessage: 'Your account was opened.',
  },
  'account.corrected': {
    id: 'facts.told.account.corrected',
    defaultMessage: 'You corrected: {codes}.',
  },
  'consent.changed': {
    id: 'facts.told.consent.changed',
    defaultMessage: 'You changed a choice: {codes}.',
  },
  'deletion.begun': {
    id: 'facts.told.deletion.begun',
    defaultMessage: 'You asked for your account to be deleted.',
  },
  'deletion.cancelled': {
    id: 'facts.told.deletion.cancelled',
    defaultMessage: 'You cancelled the deletion.',
  },
});

/** What a service's act was about, in words. */
export function ServiceFacts({ facts: { fields, asked, rows, told } }: { facts: Facts }) {
  const intl = useIntl();
  const sentences = [
    ...(fields.length > 0 ? [intl.formatMessage(text.fields, { fields: fields.join(', ') })] : []),
    ...(asked
      ? [
          intl.formatMessage(text.asked, {
            topic: topicWords(intl, asked.topic),
            channel: channelWords(intl, asked.channel),
            allowed: String(asked.allowed),
          }),
        ]
      : []),
    ...(rows ? [intl.formatMessage(text.rows, rows)] : []),
    ...told.map((one) => toldWords(intl, one)),
  ];
  return <>{sentences.join(' ')}</>;
}

function toldWords(intl: IntlShape, { kind, codes }: Facts['told'][number]): string {
  if (!hasWords(toldText, kind)) return [kind, ...codes].join(' ');
  const words = codes.map((code) => {
    const [topic = '', channel = ''] = code.split('/');
    return channel ? `${topicWords(intl, topic)} (${channelWords(intl, channel)})` : code;
  });
  return intl.formatMessage(toldText[kind], { codes: words.join(', ') });
}

function topicWords(intl: IntlShape, topic: string): string {
  if (hasWords(topicText, topic)) return intl.formatMessage(topicText[topic]);
  return hasWords(serviceTopicText, topic) ? intl.formatMessage(serviceTopicText[topic]) : topic;
}

function channelWords(intl: IntlShape, channel: string): string {
  return hasWords(channelText, channel) ? intl.formatMessage(channelText[channel]) : channel;
}

function hasWords<T extends object>(words: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(words, key);
}
