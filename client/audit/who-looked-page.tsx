import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { formatNumber } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { type Inputs, type Outputs, trpc } from '../lib/trpc.ts';
import { FileLink } from '../ui/button.tsx';
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
import { actionWords } from './action-text.ts';
import { ServiceFacts } from './service-facts.tsx';

const text = defineMessages({
  title: { id: 'looked.title', defaultMessage: 'Who looked' },
  lede: {
    id: 'looked.lede',
    defaultMessage:
      'Everyone and everything that touched your data: who, when, what and why. Nobody at EaseLLM can look without a line here.',
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
  refused: { id: 'looked.refused', defaultMessage: 'Refused' },
  failed: { id: 'looked.failed', defaultMessage: 'Failed' },
  unknown: {
    id: 'looked.unknown',
    defaultMessage:
      'Don’t recognise something? Write to <link>privacy@easellm.com</link> and name the time.',
  },
  csv: { id: 'looked.csv', defaultMessage: 'Download as CSV' },
});

type Filter = Inputs['audit']['log']['actor'];
type Entry = Outputs['audit']['log']['entries'][number];
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
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
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
                rows={entries}
                rowKey={({ id }) => id}
                columns={[
                  {
                    key: 'when',
                    head: intl.formatMessage(text.when),
                    cell: ({ occurredAt }) => <Time at={occurredAt} short />,
                  },
                  {
                    key: 'who',
                    head: intl.formatMessage(text.who),
                    cell: (entry) => <Tag tone={tones[entry.actorKind]}>{entry.actor}</Tag>,
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
      <p>
        {intl.formatMessage(text.unknown, {
          link: (chunks) => (
            <a key="mail" href="mailto:privacy@easellm.com">
              {chunks}
            </a>
          ),
        })}
      </p>
      <Row>
        <FileLink href="/download/csv/auditEvent">{intl.formatMessage(text.csv)}</FileLink>
      </Row>
    </>
  );
}

function What({ entry }: { entry: Entry }) {
  const intl = useIntl();
  const isRequest = entry.reference?.startsWith('R-');
  return (
    <>
      {actionWords(intl, entry.action)}{' '}
      {entry.outcome !== 'done' && <Tag tone="warn">{intl.formatMessage(text[entry.outcome])}</Tag>}{' '}
      <Small>
        {entry.sections.join(', ')} {entry.facts && <ServiceFacts facts={entry.facts} />}{' '}
        {entry.reference !== null && isRequest && (
          <Link to="/requests/$reference" params={{ reference: entry.reference }}>
            {entry.reference}
          </Link>
        )}
        {entry.reference !== null && !isRequest && entry.reference}
      </Small>
    </>
  );
}
