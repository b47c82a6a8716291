import type { IntlShape } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import type { DataTable } from './value.tsx';

const text = defineMessages({
  account: { id: 'retention.account', defaultMessage: 'with your account' },
  after: { id: 'retention.after', defaultMessage: '{period} after {from}' },
  at: { id: 'retention.at', defaultMessage: 'when {from}' },
  days: { id: 'retention.days', defaultMessage: '{count, plural, one {# day} other {# days}}' },
  months: {
    id: 'retention.months',
    defaultMessage: '{count, plural, one {# month} other {# months}}',
  },
  years: { id: 'retention.years', defaultMessage: '{count, plural, one {# year} other {# years}}' },
  statutory: {
    id: 'retention.statutory',
    defaultMessage: 'when the time that law sets is over',
  },
});
const units = { D: text.days, M: text.months, Y: text.years };

/** "24 months after it ended": when rows of a table go, in words. */
export function retentionWords(intl: IntlShape, retention: DataTable['retention']): string {
  if (retention.kind === 'account') return intl.formatMessage(text.account);
  if (retention.kind === 'statutory') return intl.formatMessage(text.statutory);
  if (retention.period === 'P0D') return intl.formatMessage(text.at, { from: retention.from });
  const period = periodWords(intl, retention.period);
  return intl.formatMessage(text.after, { period, from: retention.from });
}

/** "24 months" for P24M. */
export function periodWords(intl: IntlShape, period: string): string {
  const [, count = '0', unit = 'D'] = /^P(\d+)([DMY])$/.exec(period) ?? [];
  return intl.formatMessage(units[unit as keyof typeof units], { count: Number(count) });
}
