import type { ConsentChannel, ConsentTopic } from '../../db/schema/consent.ts';

/** Optional messages: each topic on each channel is its own yes or no, and off until it is a yes. */
export const messageTopics = [
  'product_news',
  'events',
  'surveys',
  'research',
] as const satisfies readonly ConsentTopic[];
export const messageChannels = ['email', 'in_app'] as const satisfies readonly ConsentChannel[];

/** A topic in the middle of a sentence, on pages that run no code. */
export const topicWords: Record<(typeof messageTopics)[number], string> = {
  product_news: 'product news',
  events: 'news about events',
  surveys: 'mail about surveys',
  research: 'mail about research interviews',
};

/** What is always sent, and why it cannot be switched off. */
export const serviceMessages = ['security', 'legal', 'billing', 'requests'] as const;

/** Whether a topic is about messages, not cookies. */
export const isMessageTopic = (topic: string): boolean =>
  (messageTopics as readonly string[]).includes(topic);
