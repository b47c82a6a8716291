import { defineMessages } from '../../lib/messages.ts';

export const TEXT_MAX = 4_000;

/** What the forms of new cases have in common. */
export const newCaseText = defineMessages({
  send: { id: 'newCase.send', defaultMessage: 'Open the case' },
  about: { id: 'newCase.about', defaultMessage: 'In a few words' },
  noAbout: { id: 'newCase.noAbout', defaultMessage: 'Say in a few words what it is about.' },
  words: { id: 'newCase.words', defaultMessage: 'What we should know' },
  noWords: { id: 'newCase.noWords', defaultMessage: 'Write what we should know.' },
});
