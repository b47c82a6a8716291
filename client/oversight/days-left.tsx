import { FormattedMessage } from 'react-intl';
import { formatDate } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { Tag } from '../ui/tag.tsx';
import { Small, Stack } from '../ui/text.tsx';
import type { Queued } from './oversight-text.ts';

const text = defineMessages({
  left: {
    id: 'daysLeft.left',
    defaultMessage: '{days, plural, =0 {Due today} one {# day left} other {# days left}}',
  },
  overdue: {
    id: 'daysLeft.overdue',
    defaultMessage: '{days, plural, one {# day overdue} other {# days overdue}}',
  },
  by: { id: 'daysLeft.by', defaultMessage: 'By {date}' },
  ended: { id: 'daysLeft.ended', defaultMessage: 'Ended on {date}' },
});

/** How much of a request's time is left: red where it is less than a quarter, or none. */
export function DaysLeft({
  request: { daysLeft, dueAt, endedAt, urgent },
}: {
  request: Pick<Queued, 'daysLeft' | 'dueAt' | 'endedAt' | 'urgent'>;
}) {
  if (endedAt) return <FormattedMessage {...text.ended} values={{ date: formatDate(endedAt) }} />;
  const days = daysLeft ?? 0;
  return (
    <Stack gap="tight">
      <Tag tone={urgent ? 'bad' : 'neutral'}>
        <FormattedMessage
          {...(days < 0 ? text.overdue : text.left)}
          values={{ days: Math.abs(days) }}
        />
      </Tag>
      <Small>
        <FormattedMessage {...text.by} values={{ date: formatDate(dueAt) }} />
      </Small>
    </Stack>
  );
}
