import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { Disclosure } from '../ui/disclosure.tsx';
import { Panel } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';
import { Tag } from '../ui/tag.tsx';
import { Time } from '../ui/time.tsx';
import { eventWords } from './event-text.ts';
import type { RequestDetail } from './oversight-text.ts';

const text = defineMessages({
  title: { id: 'requestLog.title', defaultMessage: 'Log of this request' },
  open: {
    id: 'requestLog.open',
    defaultMessage:
      '{count, plural, one {One line} other {# lines}}, with everybody who looked; the newest first',
  },
  when: { id: 'requestLog.when', defaultMessage: 'When' },
  by: { id: 'requestLog.by', defaultMessage: 'Who' },
  what: { id: 'requestLog.what', defaultMessage: 'What' },
  self: { id: 'requestLog.self', defaultMessage: 'The customer' },
});

/** Every line of the customer's log that names the request, also of those who only looked at it. */
export function RequestLog({ request: { events } }: { request: RequestDetail }) {
  const intl = useIntl();
  return (
    <Panel title={intl.formatMessage(text.title)} padded>
      <Disclosure summary={intl.formatMessage(text.open, { count: events.length })}>
        <Table
          caption={intl.formatMessage(text.title)}
          captionHidden
          rows={events}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'when',
              head: intl.formatMessage(text.when),
              cell: ({ occurredAt }) => <Time at={occurredAt} short />,
            },
            {
              key: 'by',
              head: intl.formatMessage(text.by),
              cell: ({ actor, actorKind }) => (
                <Tag tone={actorKind === 'staff' ? 'staff' : 'neutral'}>
                  {actorKind === 'subject' ? intl.formatMessage(text.self) : actor}
                </Tag>
              ),
            },
            {
              key: 'what',
              head: intl.formatMessage(text.what),
              rowHead: true,
              cell: (event) => eventWords(intl, event),
            },
          ]}
        />
      </Disclosure>
    </Panel>
  );
}
