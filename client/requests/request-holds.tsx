import { FormattedMessage, useIntl } from 'react-intl';
import { capitalised, formatDay } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { Notice } from '../ui/notice.tsx';
import { groundWords, heldWords } from './hold-text.ts';
import type { RequestView } from './request-text.ts';

const text = defineMessages({
  waits: {
    id: 'requestHolds.waits',
    defaultMessage:
      'The deletion waits for {count, plural, one {a legal hold} other {# legal holds}}',
  },
  willWait: {
    id: 'requestHolds.willWait',
    defaultMessage:
      'The deletion will wait for {count, plural, one {a legal hold} other {# legal holds}}',
  },
  hold: { id: 'requestHolds.hold', defaultMessage: '{what}, until {until}: {ground}.' },
  rest: {
    id: 'requestHolds.rest',
    defaultMessage:
      'Everything else that may be deleted goes before. The deletion goes on by itself when the hold ends, or is released earlier; you need not ask again.',
  },
});

/** Legal holds in the way of a deletion: on what, why, until when. */
export function RequestHolds({
  holds,
  waiting,
}: {
  holds: RequestView['holds'];
  /** The work has come to where it cannot go on. */
  waiting: boolean;
}) {
  const intl = useIntl();
  if (holds.length === 0) return null;
  return (
    <Notice
      tone="warn"
      title={intl.formatMessage(waiting ? text.waits : text.willWait, { count: holds.length })}
    >
      {holds.map(({ ground, endsAt, note, ...held }) => (
        <p key={`${held.title}-${endsAt}`}>
          <FormattedMessage
            {...text.hold}
            values={{
              what: capitalised(heldWords(intl, held)),
              until: formatDay(endsAt),
              ground: groundWords(intl, ground),
            }}
          />{' '}
          {note}
        </p>
      ))}
      <p>
        <FormattedMessage {...text.rest} />
      </p>
    </Notice>
  );
}
