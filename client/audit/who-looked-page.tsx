import { useState } from 'react';
import { useIntl } from 'react-intl';
import { formatNumber, formatRelative } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { type Inputs, trpc } from '../lib/trpc.ts';
import { CsvLink } from '../security/cool-down.tsx';
import { OwnViews } from '../support/own-views.tsx';
import { Select } from '../ui/choice.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { ShowMore } from '../ui/show-more.tsx';
import { Table } from '../ui/table.tsx';
import { Tag, type Tone } from '../ui/tag.tsx';
import { Row, Small } from '../ui/text.tsx';
import { Time } from '../ui/time.tsx';
import { actorWords } from './actor-words.ts';
import { type Entry, ownLooksTogether } from './entries.ts';
import { What } from './what.tsx';

const text = defineMessages({
  title: { id: 'looked.title', defaultMessage: 'Who looked' },
  lede: {
    id: 'looked.lede',
    defaultMessage: 'Nobody at EaseLLM can look at your data without a line here.',
  },
  state: {
    id: 'looked.state',
    defaultMessage:
      'Acts on your data in the last 90 days: {staff, number} by people at EaseLLM, {service, number} by services of ours. Nobody at EaseLLM can look without a line here.',
  },
  filter: { id: 'looked.filter', defaultMessage: 'Show' },
  all: { id: 'looked.all', defaultMessage: 'Everything' },
  staff: { id: 'looked.staff', defaultMessage: 'People at EaseLLM ({count} in 90 days)' },
  service: { id: 'looked.service', defaultMessage: 'Services ({count} in 90 days)' },
  system: { id: 'looked.system', defaultMessage: 'This portal by itself ({count} in 90 days)' },
  subject: { id: 'looked.subject', defaultMessage: 'You ({count} in 90 days)' },
  log: { id: 'looked.log', defaultMessage: 'Log' },
  none: { id: 'looked.none', defaultMessage: 'Nothing here' },
  noneText: { id: 'looked.noneText', defaultMessage: 'No act of this kind was recorded.' },
  when: { id: 'looked.when', defaultMessage: 'When' },
  who: { id: 'looked.who', defaultMessage: 'Who' },
  what: { id: 'looked.what', defaultMessage: 'What' },
  why: { id: 'looked.why', defaultMessage: 'Why' },
});

type Filter = Inputs['audit']['log']['actor'];
const tones: Record<Entry['actorKind'], Tone> = {
  subject: 'neutral',
  staff: 'staff',
  service: 'neutral',
  system: 'neutral',
};

/** The person's own log, newest first. */
export default function WhoLookedPage() {
  const intl = useIntl();
  const [actor, setActor] = useState<Filter>('all');
  const log = trpc.audit.log.useInfiniteQuery(
    { actor },
    { getNextPageParam: (page) => page.next ?? undefined },
  );
  const entries = log.data?.pages.flatMap((page) => page.entries) ?? [];
  const counts = log.data?.pages[0]?.counts;
  const counted = (kind: Exclude<Filter, 'all'>) =>
    intl.formatMessage(text[kind], { count: counts ? formatNumber(counts[kind]) : '…' });
  return (
    <>
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={counts ? intl.formatMessage(text.state, counts) : intl.formatMessage(text.lede)}
      />
      <OwnViews />
      <Select
        name="actor"
        label={intl.formatMessage(text.filter)}
        value={actor}
        onChange={(value) => setActor(value as Filter)}
        choices={[
          { value: 'all', label: intl.formatMessage(text.all) },
          { value: 'staff', label: counted('staff') },
          { value: 'service', label: counted('service') },
          { value: 'system', label: counted('system') },
          { value: 'subject', label: counted('subject') },
        ]}
      />
      {log.isPending && <Loading lines={8} />}
      {log.isError && <ErrorState error={log.error} onRetry={() => log.refetch()} />}
      {log.data && (
        <Panel title={intl.formatMessage(text.log)}>
          {entries.length === 0 ? (
            <EmptyState title={intl.formatMessage(text.none)}>
              {intl.formatMessage(text.noneText)}
            </EmptyState>
          ) : (
            <>
              <Table
                caption={intl.formatMessage(text.log)}
                captionHidden
                rows={ownLooksTogether(entries)}
                rowKey={({ id }) => id}
                columns={[
                  {
                    key: 'when',
                    head: intl.formatMessage(text.when),
                    cell: ({ occurredAt }) => <When at={occurredAt} />,
                  },
                  {
                    key: 'who',
                    head: intl.formatMessage(text.who),
                    cell: (entry) => (
                      <Tag tone={tones[entry.actorKind]}>{actorWords(intl, entry)}</Tag>
                    ),
                  },
                  {
                    key: 'what',
                    head: intl.formatMessage(text.what),
                    rowHead: true,
                    cell: (entry) => <What entry={entry} />,
                  },
                  {
                    key: 'why',
                    head: intl.formatMessage(text.why),
                    cell: ({ purpose }) => purpose,
                  },
                ]}
              />
              <ShowMore
                shown={entries.length}
                hasMore={log.hasNextPage}
                pending={log.isFetchingNextPage}
                onMore={() => log.fetchNextPage()}
              />
            </>
          )}
        </Panel>
      )}
      <Row>
        <CsvLink table="auditEvent" />
      </Row>
    </>
  );
}

/** The moment, and how long ago it was. */
function When({ at }: { at: string }) {
  return (
    <>
      <Time at={at} short />
      <br />
      <Small>{formatRelative(at)}</Small>
    </>
  );
}
