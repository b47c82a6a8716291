import { Link } from '@tanstack/react-router';
import { type IntlShape, useIntl } from 'react-intl';
import { viewing } from '../lib/door.ts';
import { dueWords } from '../lib/due-words.ts';
import { formatDate, formatDay } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { LinkButton } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';
import { Tag } from '../ui/tag.tsx';
import { Row } from '../ui/text.tsx';
import { NeedsAnswer } from './needs-answer.tsx';
import { kindText, type RequestSummary, shownState, stateText, stateTone } from './request-text.ts';

const text = defineMessages({
  title: { id: 'requests.title', defaultMessage: 'Requests' },
  lede: {
    id: 'requests.lede',
    defaultMessage:
      '{open, plural, =0 {No request is open} one {One request is open} other {# requests are open}}. We answer what you ask under data protection law within 30 days.',
  },
  loading: {
    id: 'requests.loading',
    defaultMessage: 'We answer what you ask under data protection law within 30 days.',
  },
  list: { id: 'requests.list', defaultMessage: 'Your requests' },
  none: { id: 'requests.none', defaultMessage: 'No requests yet' },
  noneText: {
    id: 'requests.noneText',
    defaultMessage:
      'Copies of your data and a deletion of your account appear here, with their dates.',
  },
  reference: { id: 'requests.reference', defaultMessage: 'Reference' },
  kind: { id: 'requests.kind', defaultMessage: 'About' },
  state: { id: 'requests.state', defaultMessage: 'State' },
  received: { id: 'requests.received', defaultMessage: 'Received' },
  due: { id: 'requests.due', defaultMessage: 'Answer' },
  confirm: { id: 'requests.confirm', defaultMessage: 'Confirm by {date}' },
  ended: { id: 'requests.ended', defaultMessage: 'On {date}' },
  stopped: {
    id: 'requests.stopped',
    defaultMessage: 'Stopped by a legal hold since {since}, until {until} at the latest',
  },
  copy: { id: 'requests.copy', defaultMessage: 'Take a copy' },
  erase: { id: 'requests.erase', defaultMessage: 'Delete your account' },
});

/** All requests of the person. */
export default function RequestsPage() {
  const intl = useIntl();
  const requests = trpc.requests.list.useQuery({});
  return (
    <>
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={
          requests.data
            ? intl.formatMessage(text.lede, {
                open: requests.data.filter(({ endedAt }) => endedAt === null).length,
              })
            : intl.formatMessage(text.loading)
        }
      />
      {requests.isPending && <Loading lines={4} />}
      {requests.isError && <ErrorState error={requests.error} onRetry={() => requests.refetch()} />}
      {requests.data && !viewing && (
        <NeedsAnswer requests={requests.data.filter(({ endedAt }) => endedAt === null)} />
      )}
      {requests.data && (
        <Panel title={intl.formatMessage(text.list)}>
          {requests.data.length === 0 ? (
            <EmptyState title={intl.formatMessage(text.none)}>
              {intl.formatMessage(text.noneText)}
            </EmptyState>
          ) : (
            <Table
              caption={intl.formatMessage(text.list)}
              captionHidden
              rows={requests.data}
              rowKey={({ reference }) => reference}
              columns={[
                {
                  key: 'reference',
                  head: intl.formatMessage(text.reference),
                  rowHead: true,
                  cell: ({ reference }) => (
                    <Link to="/requests/$reference" params={{ reference }}>
                      {reference}
                    </Link>
                  ),
                },
                {
                  key: 'kind',
                  head: intl.formatMessage(text.kind),
                  cell: ({ kind }) => intl.formatMessage(kindText[kind]),
                },
                {
                  key: 'state',
                  head: intl.formatMessage(text.state),
                  cell: ({ state, askedFor }) => {
                    const shown = shownState({ state, answer: askedFor?.answer ?? null });
                    return (
                      <Tag tone={stateTone[shown]}>{intl.formatMessage(stateText[shown])}</Tag>
                    );
                  },
                },
                {
                  key: 'received',
                  head: intl.formatMessage(text.received),
                  cell: ({ receivedAt }) => formatDate(receivedAt),
                },
                {
                  key: 'due',
                  head: intl.formatMessage(text.due),
                  cell: (request) => whenWords(intl, request),
                },
              ]}
            />
          )}
        </Panel>
      )}
      {!viewing && (
        <Row>
          <LinkButton to="/copy">{intl.formatMessage(text.copy)}</LinkButton>
          <LinkButton to="/delete">{intl.formatMessage(text.erase)}</LinkButton>
        </Row>
      )}
    </>
  );
}

/** When it ended, or by when who has to act. */
function whenWords(
  intl: IntlShape,
  { state, askedFor, dueAt, daysLeft, endedAt, stopped }: RequestSummary,
): string {
  if (endedAt) return intl.formatMessage(text.ended, { date: formatDate(endedAt) });
  if (state === 'unconfirmed' && askedFor)
    return intl.formatMessage(text.confirm, { date: formatDate(askedFor.until) });
  if (stopped)
    return intl.formatMessage(text.stopped, {
      since: formatDate(stopped.since),
      until: formatDay(stopped.until),
    });
  return dueWords(intl, { dueAt, daysLeft });
}
