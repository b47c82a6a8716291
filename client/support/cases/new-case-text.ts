import type { MessageDescriptor } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';

export const TEXT_MAX = 4_000;

/** Who opens the case: the customer, or staff for them. */
export type Opener = 'customer' | 'staff';

/** What the forms of new cases have in common. */
export const newCaseText = defineMessages({
  send: { id: 'newCase.send', defaultMessage: 'Open the case' },
  about: { id: 'newCase.about', defaultMessage: 'In a few words' },
  noAbout: { id: 'newCase.noAbout', defaultMessage: 'Say in a few words what it is about.' },
  words: { id: 'newCase.words', defaultMessage: 'What we should know' },
  message: { id: 'newCase.message', defaultMessage: 'Message to the customer' },
  noMessage: { id: 'newCase.noMessage', defaultMessage: 'Write the message to the customer.' },
  noWords: { id: 'newCase.noWords', defaultMessage: 'Write what we should know.' },
});

/** The field for what is written first, and what it says when it is empty. */
export const wordsText: Record<Opener, { label: MessageDescriptor; none: MessageDescriptor }> = {
  customer: { label: newCaseText.words, none: newCaseText.noWords },
  staff: { label: newCaseText.message, none: newCaseText.noMessage },
};
