import { useIntl } from 'react-intl';
import { formatTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';
import { Notice } from '../ui/notice.tsx';

const text = defineMessages({
  title: { id: 'runningView.title', defaultMessage: 'You are viewing {name}' },
  about: {
    id: 'runningView.about',
    defaultMessage:
      'Case {ticket}. It ends by itself at {until}. One view at a time: to begin another, stop this one, above.',
  },
});

type View = NonNullable<Outputs['support']['view']['view']>;

/** The view that is open, where another would begin: the bar above leads to it, and ends it. */
export function RunningView({ view: { name, email, ticket, notAfter } }: { view: View }) {
  const intl = useIntl();
  return (
    <Notice title={intl.formatMessage(text.title, { name: name || email })}>
      <p>{intl.formatMessage(text.about, { ticket, until: formatTime(notAfter) })}</p>
    </Notice>
  );
}
