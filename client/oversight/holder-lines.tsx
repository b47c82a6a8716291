import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { Disclosure } from '../ui/disclosure.tsx';
import { Small } from '../ui/text.tsx';
import { Time } from '../ui/time.tsx';
import { type DetailEvent, eventWords } from './event-text.ts';
import { holderSentences } from './holder-words.ts';
import type { RequestDetail } from './oversight-text.ts';
import styles from './request-timeline.module.css';
import type { DetailHolder } from './timeline.ts';

const text = defineMessages({
  history: {
    id: 'holderLines.history',
    defaultMessage:
      '{count, plural, one {One line} other {# lines}} of the log about {name}, the newest first',
  },
});

/** What one system was asked and what came of it, with every line of the log about it one press away. */
export function HolderLines({ holder, request }: { holder: DetailHolder; request: RequestDetail }) {
  const intl = useIntl();
  const { id, name } = holder;
  const events = request.events.filter((event) => event.holder?.id === id);
  return (
    <>
      {holderSentences(intl, holder, request).map((sentence) => (
        <span key={sentence}>{sentence}</span>
      ))}
      {events.length > 0 && (
        <Disclosure summary={intl.formatMessage(text.history, { count: events.length, name })}>
          <ol className={styles.lines}>
            {events.map((event) => (
              <Line key={event.id} event={event} />
            ))}
          </ol>
        </Disclosure>
      )}
    </>
  );
}

function Line({ event }: { event: DetailEvent }) {
  const intl = useIntl();
  return (
    <li>
      {eventWords(intl, event)}
      <Small>
        {' · '}
        <Time at={event.occurredAt} short />
      </Small>
    </li>
  );
}
