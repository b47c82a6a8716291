import { useIntl } from 'react-intl';
import { formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { Fact } from '../ui/facts.tsx';
import type { RequestDetail } from './oversight-text.ts';

const text = defineMessages({
  by: { id: 'requestDetail.askedBy', defaultMessage: 'Asked for the customer by' },
  who: { id: 'requestDetail.askedFor', defaultMessage: '{who}, for ticket {ticket}' },
  answer: { id: 'requestDetail.answer', defaultMessage: 'Answer of the customer' },
  until: { id: 'requestDetail.answerUntil', defaultMessage: 'None yet; until {when}' },
  answered: {
    id: 'requestDetail.answered',
    defaultMessage:
      '{answer, select, confirmed {Confirmed} declined {Declined} other {None, lapsed}} on {when}',
  },
});

/** Who of support asked for a request, and what the customer said to it. */
export function AskedForFacts({
  askedFor: { who, ticket, until, answer, answeredAt },
}: {
  askedFor: NonNullable<RequestDetail['askedFor']>;
}) {
  const intl = useIntl();
  return (
    <>
      <Fact
        name={intl.formatMessage(text.by)}
        value={intl.formatMessage(text.who, { who, ticket })}
      />
      <Fact
        name={intl.formatMessage(text.answer)}
        value={
          answeredAt === null
            ? intl.formatMessage(text.until, { when: formatDateTime(until) })
            : intl.formatMessage(text.answered, { answer, when: formatDateTime(answeredAt) })
        }
      />
    </>
  );
}
