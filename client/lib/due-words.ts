import type { IntlShape } from 'react-intl';
import { formatDate } from './format.ts';
import { defineMessages } from './messages.ts';

const text = defineMessages({
  left: {
    id: 'due.left',
    defaultMessage: '{date} ({days, plural, =0 {today} one {# day left} other {# days left}})',
  },
  late: {
    id: 'due.late',
    defaultMessage: '{date} ({days, plural, one {# day late} other {# days late}})',
  },
  by: { id: 'due.by', defaultMessage: 'By {date}' },
  wasBy: { id: 'due.wasBy', defaultMessage: 'Was due on {date}' },
  daysLeft: {
    id: 'due.daysLeft',
    defaultMessage: '{days, plural, =0 {Due today} one {# day left} other {# days left}}',
  },
  daysLate: {
    id: 'due.daysLate',
    defaultMessage: '{days, plural, one {# day late} other {# days late}}',
  },
});

export type Due = { dueAt: string; daysLeft: number | null };

/** The date by which something is answered, and how far away it is. */
export function dueDate(intl: IntlShape, { dueAt, daysLeft }: Due): string {
  const days = daysLeft ?? 0;
  return intl.formatMessage(days < 0 ? text.late : text.left, {
    date: formatDate(dueAt),
    days: Math.abs(days),
  });
}

/** The same as a sentence of its own. */
export function dueWords(intl: IntlShape, due: Due): string {
  const late = (due.daysLeft ?? 0) < 0;
  return intl.formatMessage(late ? text.wasBy : text.by, { date: dueDate(intl, due) });
}

/** How far away it is, without the date. */
export function daysWords(intl: IntlShape, { daysLeft }: Pick<Due, 'daysLeft'>): string {
  const days = daysLeft ?? 0;
  return intl.formatMessage(days < 0 ? text.daysLate : text.daysLeft, { days: Math.abs(days) });
}
