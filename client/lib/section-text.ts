import type { Section } from '../../db/data-map/vocabulary.ts';
import { defineMessages } from './messages.ts';

/** Titles of the chapters of the data map. */
export const sectionText = defineMessages<Section>({
  account: { id: 'chapter.account', defaultMessage: 'Account' },
  billing: { id: 'chapter.billing', defaultMessage: 'Billing' },
  support: { id: 'chapter.support', defaultMessage: 'Support' },
  usage: { id: 'chapter.usage', defaultMessage: 'GPU usage' },
  analytics: { id: 'chapter.analytics', defaultMessage: 'Product analytics' },
  decisions: { id: 'chapter.decisions', defaultMessage: 'Automated decisions' },
  devices: { id: 'chapter.devices', defaultMessage: 'Devices and connections' },
  security: { id: 'chapter.security', defaultMessage: 'Sign-in and security' },
  communication: { id: 'chapter.communication', defaultMessage: 'Messages we sent' },
  choices: { id: 'chapter.choices', defaultMessage: 'Your choices' },
  records: { id: 'chapter.records', defaultMessage: 'Requests and records' },
});

export const sectionNames = Object.keys(sectionText) as Section[];

export function isSection(value: string): value is Section {
  return Object.hasOwn(sectionText, value);
}
