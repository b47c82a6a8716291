import { FormattedMessage, useIntl } from 'react-intl';
import { dueDate } from '../lib/due-words.ts';
import { formatDate } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { DueTag } from '../ui/due-tag.tsx';
import { Small, Stack } from '../ui/text.tsx';
import type { Queued } from './oversight-text.ts';

const text = defineMessages({
  stopped: {
    id: 'daysLeft.stopped',
    defaultMessage: 'Stopped by a legal hold since {since}',
  },
  without: { id: 'daysLeft.without', defaultMessage: 'Without the hold: {due}' },
  ended: { id: 'daysLeft.ended', defaultMessage: 'Ended on {date}' },
});

/** How much of a request's time is left: red where it is less than a quarter, or none. */
export function DaysLeft({
  request: { daysLeft, dueAt, endedAt, urgent, stopped },
}: {
  request: Pick<Queued, 'daysLeft' | 'dueAt' | 'endedAt' | 'urgent' | 'stopped'>;
}) {
  const intl = useIntl();
  if (endedAt) return <FormattedMessage {...text.ended} values={{ date: formatDate(endedAt) }} />;
  if (stopped)
    return (
      <Stack gap="tight">
        <FormattedMessage {...text.stopped} values={{ since: formatDate(stopped.since) }} />
        <Small>
          <FormattedMessage
            {...text.without}
            values={{ due: dueDate(intl, { dueAt, daysLeft }) }}
          />
        </Small>
      </Stack>
    );
  return <DueTag due={{ daysLeft, dueAt }} tone={urgent ? 'bad' : 'neutral'} />;
}
