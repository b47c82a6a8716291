import type { IntlShape } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import type { DataTable } from './value.tsx';

const text = defineMessages({
  account: { id: 'retention.account', defaultMessage: 'with your account' },
  days: {
    id: 'retention.days',
    defaultMessage: '{count, plural, one {# day} other {# days}} after “{from}”',
  },
  months: {
    id: 'retention.months',
    defaultMessage: '{count, plural, one {# month} other {# months}} after “{from}”',
  },
  years: {
    id: 'retention.years',
    defaultMessage: '{count, plural, one {# year} other {# years}} after “{from}”',
  },
  statutory: {
    id: 'retention.statutory',
    defaultMessage: 'when the period that law sets for it is over',
  },
});
const units = { D: text.days, M: text.months, Y: text.years };

/** "24 months after “Ended”": when rows of a table go, in words. */
export function retentionWords(intl: IntlShape, retention: DataTable['retention']): string {
  if (retention.kind === 'account') return intl.formatMessage(text.account);
  if (retention.kind === 'statutory') return intl.formatMessage(text.statutory);
  const [, count = '0', unit = 'D'] = /^P(\d+)([DMY])$/.exec(retention.period) ?? [];
  return intl.formatMessage(units[unit as keyof typeof units], {
    count: Number(count),
    from: retention.from,
  });
}
