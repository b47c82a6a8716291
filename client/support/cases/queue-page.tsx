import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { formatDate } from '../../lib/format.ts';
import { defineMessages } from '../../lib/messages.ts';
import { type Inputs, trpc } from '../../lib/trpc.ts';
import { Select } from '../../ui/choice.tsx';
import { DueTag } from '../../ui/due-tag.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { Table } from '../../ui/table.tsx';
import { caseKindText, decisionWords, deskStateText } from './case-text.ts';

const text = defineMessages({
  title: { id: 'caseQueue.title', defaultMessage: 'Cases' },
  lede: {
    id: 'caseQueue.lede',
    defaultMessage:
      'Those due first. Whose case it is stands in the case; the customer sees that you read it.',
  },
  show: { id: 'caseQueue.show', defaultMessage: 'State' },
  whose: { id: 'caseQueue.whose', defaultMessage: 'Worked on by' },
  all: { id: 'caseQueue.all', defaultMessage: 'Anybody' },
  mine: { id: 'caseQueue.mine', defaultMessage: 'Me' },
  none: { id: 'caseQueue.none', defaultMessage: 'No cases here' },
  reference: { id: 'caseQueue.reference', defaultMessage: 'Case' },
  kind: { id: 'caseQueue.kind', defaultMessage: 'Kind' },
  due: { id: 'caseQueue.due', defaultMessage: 'Answer' },
  opened: { id: 'caseQueue.opened', defaultMessage: 'Opened' },
  worker: { id: 'caseQueue.worker', defaultMessage: 'Worked on by' },
  nobody: { id: 'caseQueue.nobody', defaultMessage: 'Nobody yet' },
  you: { id: 'caseQueue.you', defaultMessage: 'You' },
  closed: { id: 'caseQueue.closed', defaultMessage: 'Closed' },
});

type State = Inputs['caseDesk']['list']['state'];
const FRESH_MS = 5_000;

/** What waits for somebody, without names. */
export default function QueuePage() {
  const intl = useIntl();
  const [state, setState] = useState<State>('open');
  const [mine, setMine] = useState(false);
  const list = trpc.caseDesk.list.useInfiniteQuery(
    { state, mine },
    { getNextPageParam: (page) => page.next ?? undefined, staleTime: FRESH_MS },
  );
  const rows = list.data?.pages.flatMap(({ cases }) => cases) ?? [];
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <Select
        name="state"
        label={intl.formatMessage(text.show)}
        value={state}
        onChange={(value) => setState(value as State)}
        choices={(['open', 'waiting', 'closed'] as const).map((value) => ({
          value,
          label: intl.formatMessage(deskStateText[value]),
        }))}
      />
      <Select
        name="whose"
        label={intl.formatMessage(text.whose)}
        value={mine ? 'mine' : 'all'}
        onChange={(value) => setMine(value === 'mine')}
        choices={[
          { value: 'all', label: intl.formatMessage(text.all) },
          { value: 'mine', label: intl.formatMessage(text.mine) },
        ]}
      />
      {list.isPending && <Loading lines={6} />}
      {list.isError && <ErrorState error={list.error} onRetry={() => list.refetch()} />}
      {list.data && (
        <Panel title={intl.formatMessage(deskStateText[state])}>
          {rows.length === 0 ? (
            <EmptyState title={intl.formatMessage(text.none)} />
          ) : (
            <>
              <Table
                caption={intl.formatMessage(text.title)}
                captionHidden
                rows={rows}
                rowKey={({ reference }) => reference}
                columns={[
                  {
                    key: 'reference',
                    head: intl.formatMessage(text.reference),
                    rowHead: true,
                    cell: ({ reference }) => (
                      <Link to="/cases/$reference" params={{ reference }}>
                        {reference}
                      </Link>
                    ),
                  },
                  {
                    key: 'kind',
                    head: intl.formatMessage(text.kind),
                    cell: ({ kind }) => intl.formatMessage(caseKindText[kind]),
                  },
                  {
                    key: 'due',
                    head: intl.formatMessage(text.due),
                    cell: ({ kind, daysLeft, dueAt, decision }) =>
                      daysLeft === null ? (
                        decision ? (
                          decisionWords(intl, { kind, decision })
                        ) : (
                          intl.formatMessage(text.closed)
                        )
                      ) : (
                        <DueTag
                          due={{ daysLeft, dueAt }}
                          tone={daysLeft < 0 ? 'bad' : daysLeft < 3 ? 'warn' : 'neutral'}
                        />
                      ),
                  },
                  {
                    key: 'opened',
                    head: intl.formatMessage(text.opened),
                    cell: ({ openedAt }) => formatDate(openedAt),
                  },
                  {
                    key: 'worker',
                    head: intl.formatMessage(text.worker),
                    cell: (row) =>
                      row.mine
                        ? intl.formatMessage(text.you)
                        : (row.assignedLabel ?? intl.formatMessage(text.nobody)),
                  },
                ]}
              />
              <ShowMore
                shown={rows.length}
                hasMore={list.hasNextPage}
                pending={list.isFetchingNextPage}
                onMore={() => list.fetchNextPage()}
              />
            </>
          )}
        </Panel>
      )}
    </>
  );
}
