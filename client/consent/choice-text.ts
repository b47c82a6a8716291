import type { ConsentChannel, ConsentTopic, consentEvent } from '../../db/schema/consent.ts';
import { defineMessages } from '../lib/messages.ts';

type ConsentSource = (typeof consentEvent.$inferSelect)['source'];

export const topicText = defineMessages({
  product_news: { id: 'topic.product_news', defaultMessage: 'Product news' },
  events: { id: 'topic.events', defaultMessage: 'Events' },
  surveys: { id: 'topic.surveys', defaultMessage: 'Surveys' },
  research: { id: 'topic.research', defaultMessage: 'Research interviews' },
  cookies_functional: { id: 'topic.cookies_functional', defaultMessage: 'Functional cookies' },
  cookies_statistics: { id: 'topic.cookies_statistics', defaultMessage: 'Statistics cookies' },
} satisfies Record<ConsentTopic, unknown>);

export const channelText = defineMessages({
  email: { id: 'channel.email', defaultMessage: 'E-mail' },
  in_app: { id: 'channel.in_app', defaultMessage: 'In the product' },
  browser: { id: 'channel.browser', defaultMessage: 'Browser' },
} satisfies Record<ConsentChannel, unknown>);

/** Where a choice was made; continues "You said so". */
export const sourceText = defineMessages({
  preferences_page: { id: 'source.preferences_page', defaultMessage: 'on this page' },
  cookie_page: { id: 'source.cookie_page', defaultMessage: 'on the cookie page' },
  cookie_banner: { id: 'source.cookie_banner', defaultMessage: 'in the cookie banner' },
  gpc_signal: { id: 'source.gpc_signal', defaultMessage: 'by the opt-out signal of your browser' },
  account_deletion: {
    id: 'source.account_deletion',
    defaultMessage: 'by asking for the deletion of your account',
  },
  undo: { id: 'source.undo', defaultMessage: 'by undoing a change' },
  unsubscribe_link: {
    id: 'source.unsubscribe_link',
    defaultMessage: 'by the link in a message to stop it',
  },
} satisfies Record<ConsentSource, unknown>);

export function isSource(value: string): value is ConsentSource {
  return Object.hasOwn(sourceText, value);
}
