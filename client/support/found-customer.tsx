import { Link } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { continued, countryName, formatDate, formatList, formatRelative } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { refusalText } from '../lib/refusal-text.ts';
import { deskStateText, kindText, shownState } from '../requests/request-text.ts';
import { LinkButton } from '../ui/button.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { Notice } from '../ui/notice.tsx';
import { TaskPanel } from '../ui/task-panel.tsx';
import { Stack } from '../ui/text.tsx';
import { type Found, isOpen } from './found.ts';
import styles from './found-customer.module.css';
import { accountStateText, ticketStateText } from './support-text.ts';

const text = defineMessages({
  title: { id: 'found.title', defaultMessage: 'Found: {name}' },
  noName: { id: 'found.noName', defaultMessage: 'a customer without a name' },
  email: { id: 'found.email', defaultMessage: 'E-mail address' },
  id: { id: 'found.id', defaultMessage: 'Account id' },
  country: { id: 'found.country', defaultMessage: 'Country' },
  since: { id: 'found.since', defaultMessage: 'Customer since' },
  state: { id: 'found.state', defaultMessage: 'State' },
  factors: { id: 'found.factors', defaultMessage: 'Second factors' },
  noFactor: { id: 'found.noFactor', defaultMessage: 'None yet' },
  organisations: { id: 'found.organisations', defaultMessage: 'Organisations' },
  tickets: { id: 'found.tickets', defaultMessage: 'Cases' },
  requests: { id: 'found.requests', defaultMessage: 'Requests' },
  none: { id: 'found.none', defaultMessage: 'None' },
  ticket: { id: 'found.ticket', defaultMessage: '{reference}, {state}, opened {when}' },
  request: { id: 'found.request', defaultMessage: '{kind} {reference}, {state}, due {when}' },
  asked: {
    id: 'found.asked',
    defaultMessage: '{kind} {reference}, {state}, asked for by {who}',
  },
  access: { id: 'found.access', defaultMessage: 'Views by support' },
  allowed: { id: 'found.allowed', defaultMessage: 'The customer lets support view the account' },
  notAllowed: {
    id: 'found.notAllowed',
    defaultMessage: 'The customer does not let support view the account',
  },
  view: { id: 'found.view', defaultMessage: 'View this account' },
  noTicket: {
    id: 'found.noTicket',
    defaultMessage:
      'A view needs an open case in which this customer has written, and there is none. So does asking for a copy or a deletion for them.',
  },
  openCase: { id: 'found.openCase', defaultMessage: 'Open a case' },
  askCopy: { id: 'found.askCopy', defaultMessage: 'Ask for a copy for them' },
  askErasure: { id: 'found.askErasure', defaultMessage: 'Ask for deletion for them' },
  cannot: { id: 'found.cannot', defaultMessage: 'This account cannot be viewed now' },
});

/** One customer, as far as staff see them, and the way to a view. */
export function FoundCustomer({ found: { customer } }: { found: Found }) {
  const intl = useIntl();
  const { name, tickets, requests, mayView } = customer;
  const nothing = intl.formatMessage(text.none);
  const each = (lines: readonly string[]) =>
    lines.length === 0 ? (
      nothing
    ) : (
      <Stack gap="tight">
        {lines.map((line) => (
          <span key={line}>{line}</span>
        ))}
      </Stack>
    );
  const facts = [
    [text.email, customer.email],
    [text.id, <code key="id">{customer.subjectId}</code>],
    [text.country, countryName(customer.country)],
    [text.since, formatDate(customer.since)],
    [text.state, intl.formatMessage(accountStateText[customer.status])],
    [
      text.factors,
      customer.factors === 0 ? intl.formatMessage(text.noFactor) : String(customer.factors),
    ],
    [text.organisations, formatList(customer.organisations) || nothing],
    [
      text.tickets,
      tickets.length === 0 ? (
        nothing
      ) : (
        <Stack gap="tight" key="tickets">
          {tickets.map(({ reference, state, openedAt }) => (
            <span key={reference}>
              <FormattedMessage
                {...text.ticket}
                values={{
                  reference: (
                    <Link key="case" to="/cases/$reference" params={{ reference }}>
                      {reference}
                    </Link>
                  ),
                  state: continued(intl.formatMessage(ticketStateText[state])),
                  when: formatRelative(openedAt),
                }}
              />
            </span>
          ))}
        </Stack>
      ),
    ],
    [
      text.requests,
      each(
        requests.map(({ reference, kind, state, dueAt, askedFor }) => {
          const answer = askedFor?.answer ?? null;
          return intl.formatMessage(askedFor ? text.asked : text.request, {
            reference,
            kind: intl.formatMessage(kindText[kind]),
            state: continued(intl.formatMessage(deskStateText[shownState({ state, answer })])),
            who: askedFor?.who,
            when: formatDate(dueAt),
          });
        }),
      ),
    ],
    [text.access, intl.formatMessage(customer.supportAccess ? text.allowed : text.notAllowed)],
  ] as const;
  const why = mayView ? refusalText[mayView] : tickets.some(isOpen) ? null : text.noTicket;

  return (
    <TaskPanel
      flush
      title={intl.formatMessage(text.title, { name: name || intl.formatMessage(text.noName) })}
    >
      <Facts>
        {facts.map(([label, value]) => (
          <Fact key={label.id} name={intl.formatMessage(label)} value={value} />
        ))}
      </Facts>
      <div className={styles.foot}>
        {why ? (
          <Notice tone="warn" title={intl.formatMessage(text.cannot)}>
            <p>{intl.formatMessage(why)}</p>
          </Notice>
        ) : (
          <LinkButton to="/look-up/view" look="primary">
            <FormattedMessage {...text.view} />
          </LinkButton>
        )}
        <LinkButton to="/look-up/case">
          <FormattedMessage {...text.openCase} />
        </LinkButton>
        {mayAskFor(customer, 'portability') && (
          <LinkButton to="/look-up/ask" search={{ kind: 'portability' }}>
            <FormattedMessage {...text.askCopy} />
          </LinkButton>
        )}
        {mayAskFor(customer, 'erasure') && (
          <LinkButton to="/look-up/ask" search={{ kind: 'erasure' }}>
            <FormattedMessage {...text.askErasure} />
          </LinkButton>
        )}
      </div>
    </TaskPanel>
  );
}

/** Whether there is a ticket to ask for it in, and none of the kind is open or waits already. */
function mayAskFor(
  { status, tickets, requests }: Found['customer'],
  kind: 'portability' | 'erasure',
): boolean {
  const open = requests.some((request) => request.kind === kind && request.endedAt === null);
  return status === 'active' && tickets.some(isOpen) && !open;
}
