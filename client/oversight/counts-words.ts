import type { IntlShape } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';

const text = defineMessages({
  requests: {
    id: 'counts.requests',
    defaultMessage:
      '{open, plural, =0 {None open} other {# open}}, {overdue, plural, =0 {none overdue} other {# overdue}}, {held, plural, =0 {none stopped by a legal hold} other {# stopped by a legal hold}}.',
  },
  holds: {
    id: 'counts.holds',
    defaultMessage:
      '{waiting, plural, =0 {None waits for a second person} one {One waits for a second person} other {# wait for a second person}}, {open, plural, =0 {none in force} other {# in force}}.',
  },
});

/** How much waits behind an entry of the console, where that is counted. */
export function countsWords(
  intl: IntlShape,
  to: string,
  counts: Outputs['oversight']['counts'] | undefined,
): string | null {
  if (to === '/queue' && counts?.requests)
    return intl.formatMessage(text.requests, counts.requests);
  if (to === '/holds' && counts) return intl.formatMessage(text.holds, counts.holds);
  return null;
}
