import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { LinkButton } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Panel } from '../ui/panel.tsx';
import { ShowMore } from '../ui/show-more.tsx';
import { Table } from '../ui/table.tsx';
import { Tag } from '../ui/tag.tsx';
import { Small } from '../ui/text.tsx';
import { Time } from '../ui/time.tsx';
import { agentEndText } from './support-text.ts';

const text = defineMessages({
  lookUp: { id: 'supportHome.lookUp', defaultMessage: 'Look up a customer' },
  recent: { id: 'supportHome.recent', defaultMessage: 'Your latest views' },
  none: { id: 'supportHome.none', defaultMessage: 'No views yet' },
  noneText: {
    id: 'supportHome.noneText',
    defaultMessage:
      'Accounts you viewed are listed here, by case. The customers see the same list.',
  },
  ticket: { id: 'supportHome.ticket', defaultMessage: 'Case' },
  account: { id: 'supportHome.account', defaultMessage: 'Account id' },
  began: { id: 'supportHome.began', defaultMessage: 'Began' },
  ended: { id: 'supportHome.ended', defaultMessage: 'Ended' },
  running: { id: 'supportHome.running', defaultMessage: 'Running' },
});

/** The latest in sight; earlier ones one press away. */
const AT_ONCE = 5;

const FRESH_MS = 5_000;

/** Of a member of support: the way to a customer, the latest views. */
export function SupportHome() {
  const intl = useIntl();
  const [all, setAll] = useState(false);
  const recent = trpc.support.recentViews.useQuery({}, { staleTime: FRESH_MS });
  return (
    <>
      <div>
        <LinkButton to="/look-up" look="primary">
          <FormattedMessage {...text.lookUp} />
        </LinkButton>
      </div>
      {recent.isPending && <Loading lines={4} />}
      {recent.isError && <ErrorState error={recent.error} onRetry={() => recent.refetch()} />}
      {recent.data && (
        <Panel title={intl.formatMessage(text.recent)}>
          {recent.data.views.length === 0 ? (
            <EmptyState title={intl.formatMessage(text.none)}>
              {intl.formatMessage(text.noneText)}
            </EmptyState>
          ) : (
            <>
              <Table
                caption={intl.formatMessage(text.recent)}
                captionHidden
                rows={all ? recent.data.views : recent.data.views.slice(0, AT_ONCE)}
                rowKey={({ startedAt }) => startedAt}
                columns={[
                  {
                    key: 'ticket',
                    head: intl.formatMessage(text.ticket),
                    rowHead: true,
                    cell: ({ ticket }) => (
                      <Link to="/cases/$reference" params={{ reference: ticket }}>
                        {ticket}
                      </Link>
                    ),
                  },
                  {
                    key: 'account',
                    head: intl.formatMessage(text.account),
                    cell: ({ subjectId }) => <code>{subjectId}</code>,
                  },
                  {
                    key: 'began',
                    head: intl.formatMessage(text.began),
                    cell: ({ startedAt }) => <Time at={startedAt} short />,
                  },
                  {
                    key: 'ended',
                    head: intl.formatMessage(text.ended),
                    cell: ({ endedAt, endedBy }) =>
                      endedAt && endedBy ? (
                        <>
                          <Time at={endedAt} short />
                          <br />
                          <Small>{intl.formatMessage(agentEndText[endedBy])}</Small>
                        </>
                      ) : (
                        <Tag tone="staff">{intl.formatMessage(text.running)}</Tag>
                      ),
                  },
                ]}
              />
              {recent.data.views.length > AT_ONCE && (
                <ShowMore
                  shown={all ? recent.data.views.length : AT_ONCE}
                  hasMore={!all}
                  pending={false}
                  onMore={() => setAll(true)}
                />
              )}
            </>
          )}
        </Panel>
      )}
    </>
  );
}
