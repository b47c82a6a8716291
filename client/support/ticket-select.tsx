import { useIntl } from 'react-intl';
import { continued } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { Select } from '../ui/choice.tsx';
import { type Found, isOpen } from './found.ts';
import { ticketStateText } from './support-text.ts';

const text = defineMessages({
  ticket: { id: 'ticketSelect.ticket', defaultMessage: 'Case' },
  choose: { id: 'ticketSelect.choose', defaultMessage: 'Choose a case' },
  oneTicket: { id: 'ticketSelect.oneTicket', defaultMessage: '{reference} ({state})' },
});

/** The ticket on which an act for a customer rests: of those that were found, the ones that are not over. */
export function TicketSelect({
  found: { customer, ticket },
  hint,
}: {
  found: Found;
  hint?: string;
}) {
  const intl = useIntl();
  return (
    <Select
      name="ticket"
      label={intl.formatMessage(text.ticket)}
      hint={hint}
      defaultValue={ticket ?? ''}
      choices={[
        { value: '', label: intl.formatMessage(text.choose) },
        ...customer.tickets.filter(isOpen).map(({ reference, state }) => ({
          value: reference,
          label: intl.formatMessage(text.oneTicket, {
            reference,
            state: continued(intl.formatMessage(ticketStateText[state])),
          }),
        })),
      ]}
    />
  );
}
