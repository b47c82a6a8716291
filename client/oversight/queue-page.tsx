import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { countryName, formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { deskStateText, shownState, stateTone } from '../requests/request-text.ts';
import { Select } from '../ui/choice.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { ShowMore } from '../ui/show-more.tsx';
import { Table } from '../ui/table.tsx';
import { Tag } from '../ui/tag.tsx';
import { Small, Unbroken } from '../ui/text.tsx';
import { DaysLeft } from './days-left.tsx';
import { awaitedWords } from './holder-words.ts';
import { type Queued, queueKinds, queueKindText, queueStates } from './oversight-text.ts';
import styles from './queue-page.module.css';
import { type QueueWish, queueWish } from './queue-wish.ts';
import { stepWords } from './step-text.ts';

const text = defineMessages({
  title: { id: 'queue.title', defaultMessage: 'Requests of customers' },
  lede: {
    id: 'queue.lede',
    defaultMessage:
      '{open, plural, =0 {No request is open} one {One request is open} other {# requests are open}}, {overdue, plural, =0 {none overdue} other {# overdue}}, {held, plural, =0 {none stopped by a legal hold} other {# stopped by a legal hold}}. Each customer on this page sees that you saw it.',
  },
  loading: { id: 'queue.loading', defaultMessage: 'The first to be due stands first.' },
  list: { id: 'queue.list', defaultMessage: 'Requests, the first to be due first' },
  kind: { id: 'queue.kind', defaultMessage: 'About' },
  allKinds: { id: 'queue.allKinds', defaultMessage: 'Everything' },
  state: { id: 'queue.state', defaultMessage: 'State' },
  open: { id: 'queue.open', defaultMessage: 'Open' },
  allStates: { id: 'queue.allStates', defaultMessage: 'Open and ended' },
  delay: { id: 'queue.delay', defaultMessage: 'Date' },
  anyDate: { id: 'queue.anyDate', defaultMessage: 'Whenever due' },
  overdue: { id: 'queue.overdue', defaultMessage: 'Overdue' },
  none: { id: 'queue.none', defaultMessage: 'Nothing here' },
  noneText: { id: 'queue.noneText', defaultMessage: 'No request is like this.' },
  reference: { id: 'queue.reference', defaultMessage: 'Reference' },
  customer: { id: 'queue.customer', defaultMessage: 'Customer' },
  erased: { id: 'queue.erased', defaultMessage: 'Account deleted' },
  from: { id: 'queue.from', defaultMessage: '{email}, {country}' },
  due: { id: 'queue.due', defaultMessage: 'Due' },
  waits: { id: 'queue.waits', defaultMessage: 'Stands at' },
  unconfirmed: { id: 'queue.unconfirmed', defaultMessage: 'Waits for the customer to confirm' },
  grace: { id: 'queue.grace', defaultMessage: 'Time to think it over, until {when}' },
  held: { id: 'queue.held', defaultMessage: 'Legal hold' },
  person: { id: 'queue.person', defaultMessage: 'Needs a person' },
});

type Kind = (typeof queueKinds)[number];
type State = (typeof queueStates)[number];
const isKind = (value: string): value is Kind => queueKinds.some((kind) => kind === value);
const isState = (value: string): value is State => queueStates.some((state) => state === value);

/** All requests of all customers, by their dates. */
export default function QueuePage() {
  const intl = useIntl();
  const { kind = 'all', state = 'open', overdue = false } = queueWish(useSearch({ strict: false }));
  const navigate = useNavigate();
  const show = (change: QueueWish) =>
    navigate({
      to: '/queue',
      search: queueWish({ kind, state, overdue, ...change }),
      replace: true,
    });
  const queue = trpc.oversight.queue.useInfiniteQuery(
    { kind, state, overdue },
    { getNextPageParam: (page) => page.next ?? undefined },
  );
  const requests = queue.data?.pages.flatMap((page) => page.requests) ?? [];
  const counts = queue.data?.pages[0]?.counts;
  return (
    <>
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={counts ? intl.formatMessage(text.lede, counts) : intl.formatMessage(text.loading)}
      />
      <div className={styles.filters}>
        <Select
          name="kind"
          label={intl.formatMessage(text.kind)}
          value={kind}
          onChange={(value) => isKind(value) && show({ kind: value })}
          choices={queueKinds.map((value) => ({
            value,
            label: intl.formatMessage(value === 'all' ? text.allKinds : queueKindText[value]),
          }))}
        />
        <Select
          name="state"
          label={intl.formatMessage(text.state)}
          value={state}
          onChange={(value) => isState(value) && show({ state: value })}
          choices={queueStates.map((value) => ({
            value,
            label: intl.formatMessage(
              value === 'all'
                ? text.allStates
                : value === 'open'
                  ? text.open
                  : deskStateText[value],
            ),
          }))}
        />
        <Select
          name="overdue"
          label={intl.formatMessage(text.delay)}
          value={overdue ? 'overdue' : 'any'}
          onChange={(value) => show({ overdue: value === 'overdue' })}
          choices={[
            { value: 'any', label: intl.formatMessage(text.anyDate) },
            { value: 'overdue', label: intl.formatMessage(text.overdue) },
          ]}
        />
      </div>
      {queue.isPending && <Loading lines={8} />}
      {queue.isError && <ErrorState error={queue.error} onRetry={() => queue.refetch()} />}
      {queue.data && (
        <Panel title={intl.formatMessage(text.list)}>
          {requests.length === 0 ? (
            <EmptyState title={intl.formatMessage(text.none)}>
              {intl.formatMessage(text.noneText)}
            </EmptyState>
          ) : (
            <>
              <QueueTable requests={requests} />
              <ShowMore
                shown={requests.length}
                hasMore={queue.hasNextPage}
                pending={queue.isFetchingNextPage}
                onMore={() => queue.fetchNextPage()}
              />
            </>
          )}
        </Panel>
      )}
    </>
  );
}

function QueueTable({ requests }: { requests: readonly Queued[] }) {
  const intl = useIntl();
  return (
    <Table
      caption={intl.formatMessage(text.list)}
      captionHidden
      rows={requests}
      rowKey={({ reference }) => reference}
      columns={[
        {
          key: 'reference',
          head: intl.formatMessage(text.reference),
          rowHead: true,
          cell: ({ reference }) => (
            <Link to="/queue/$reference" params={{ reference }}>
              <Unbroken>{reference}</Unbroken>
            </Link>
          ),
        },
        {
          key: 'kind',
          head: intl.formatMessage(text.kind),
          cell: ({ kind }) => intl.formatMessage(queueKindText[kind]),
        },
        {
          key: 'customer',
          head: intl.formatMessage(text.customer),
          cell: ({ customer }) =>
            customer
              ? intl.formatMessage(text.from, {
                  email: customer.email,
                  country: countryName(customer.country),
                })
              : intl.formatMessage(text.erased),
        },
        {
          key: 'state',
          head: intl.formatMessage(text.state),
          cell: ({ stopped, ...request }) => {
            const shown = shownState(request);
            return (
              <Tag tone={stateTone[shown]}>
                {intl.formatMessage(stopped ? text.held : deskStateText[shown])}
              </Tag>
            );
          },
        },
        {
          key: 'due',
          head: intl.formatMessage(text.due),
          cell: (request) => <DaysLeft request={request} />,
        },
        {
          key: 'waits',
          head: intl.formatMessage(text.waits),
          cell: (request) => <Standing request={request} />,
        },
      ]}
    />
  );
}

/** The step that the work stands at, and of each system it waits for what came of asking. */
function Standing({
  request: { step, kind, state, endedAt, executesAt, awaits },
}: {
  request: Queued;
}) {
  const intl = useIntl();
  if (endedAt) return null;
  if (state === 'unconfirmed') return <FormattedMessage {...text.unconfirmed} />;
  if (!step)
    return executesAt ? (
      <FormattedMessage {...text.grace} values={{ when: formatDateTime(executesAt) }} />
    ) : null;
  return (
    <div className={styles.standing}>
      <span>{stepWords(intl, step, kind)}</span>
      {awaits.map((awaited) => (
        <Small key={awaited.name}>
          {awaitedWords(intl, awaited)}{' '}
          {awaited.needsPerson && <Tag tone="bad">{intl.formatMessage(text.person)}</Tag>}
        </Small>
      ))}
    </div>
  );
}
