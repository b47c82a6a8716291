import { FormattedMessage } from 'react-intl';
import { formatDate } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { DueTag } from '../ui/due-tag.tsx';
import type { Queued } from './oversight-text.ts';

const text = defineMessages({
  ended: { id: 'daysLeft.ended', defaultMessage: 'Ended on {date}' },
});

/** How much of a request's time is left: red where it is less than a quarter, or none. */
export function DaysLeft({
  request: { daysLeft, dueAt, endedAt, urgent },
}: {
  request: Pick<Queued, 'daysLeft' | 'dueAt' | 'endedAt' | 'urgent'>;
}) {
  if (endedAt) return <FormattedMessage {...text.ended} values={{ date: formatDate(endedAt) }} />;
  return <DueTag due={{ daysLeft, dueAt }} tone={urgent ? 'bad' : 'neutral'} />;
}
