import type { IntlShape } from 'react-intl';
import { formatNumber } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';

/** The server counts no further; must be its own cap. */
export const COUNT_CAP = 10_000;
const text = defineMessages({
  none: { id: 'count.none', defaultMessage: 'We hold none' },
  found: {
    id: 'count.found',
    defaultMessage: '{count, plural, =0 {None found} one {# entry found} other {# entries found}}',
  },
  rows: { id: 'count.rows', defaultMessage: '{count, plural, one {# entry} other {# entries}}' },
  more: { id: 'count.more', defaultMessage: '{cap}+ entries' },
});

/** "3 entries", "10,000+ entries", "We hold none". */
export function countWords(intl: IntlShape, count: number): string {
  if (count === 0) return intl.formatMessage(text.none);
  return count > COUNT_CAP
    ? intl.formatMessage(text.more, { cap: formatNumber(COUNT_CAP) })
    : intl.formatMessage(text.rows, { count });
}

/** "3 entries found", "10,000+ entries", "None found". */
export function foundWords(intl: IntlShape, count: number): string {
  return count > COUNT_CAP ? countWords(intl, count) : intl.formatMessage(text.found, { count });
}
