import { useIntl } from 'react-intl';
import { actionWords } from '../audit/action-text.ts';
import { formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { LinkButton } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Panel } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import styles from './activity.module.css';

const text = defineMessages({
  title: { id: 'activity.title', defaultMessage: 'Latest security events' },
  what: { id: 'activity.what', defaultMessage: 'What happened' },
  from: { id: 'activity.from', defaultMessage: '{device}, network {network}' },
  when: { id: 'activity.when', defaultMessage: 'When' },
  none: { id: 'activity.none', defaultMessage: 'No events yet' },
  noneText: {
    id: 'activity.noneText',
    defaultMessage: 'Sign-ins and changes of how you sign in are listed here.',
  },
  notMe: { id: 'activity.notMe', defaultMessage: 'This wasn’t me' },
  notMeName: { id: 'activity.notMeName', defaultMessage: '{what}, {when}' },
  act: { id: 'activity.act', defaultMessage: 'If it was not you' },
  all: { id: 'activity.all', defaultMessage: 'See everything under Who looked' },
});

/** The latest events of signing in; the whole log is a page of its own. */
export function Activity() {
  const intl = useIntl();
  const activity = trpc.auth.securityActivity.useQuery({});

  if (activity.isPending) return <Loading lines={5} />;
  if (activity.isError)
    return <ErrorState error={activity.error} onRetry={() => activity.refetch()} />;
  return (
    <Panel
      title={intl.formatMessage(text.title)}
      aside={
        <LinkButton to="/who-looked" look="quiet">
          {intl.formatMessage(text.all)}
        </LinkButton>
      }
    >
      {activity.data.length === 0 ? (
        <EmptyState title={intl.formatMessage(text.none)}>
          {intl.formatMessage(text.noneText)}
        </EmptyState>
      ) : (
        <Table
          caption={intl.formatMessage(text.title)}
          captionHidden
          rows={activity.data}
          rowKey={(row) => row.id}
          columns={[
            {
              key: 'what',
              head: intl.formatMessage(text.what),
              rowHead: true,
              cell: (row) => (
                <>
                  {actionWords(intl, row)}
                  {row.from && (
                    <small className={styles.from}>{intl.formatMessage(text.from, row.from)}</small>
                  )}
                </>
              ),
            },
            {
              key: 'when',
              head: intl.formatMessage(text.when),
              cell: ({ occurredAt }) => <Time at={occurredAt} />,
            },
            {
              key: 'act',
              head: intl.formatMessage(text.act),
              cell: (row) => (
                <span className={styles.act}>
                  <LinkButton
                    to="/security/not-me"
                    search={{ event: row.id }}
                    look="quiet"
                    hiddenName={intl.formatMessage(text.notMeName, {
                      what: actionWords(intl, row),
                      when: formatDateTime(row.occurredAt),
                    })}
                  >
                    {intl.formatMessage(text.notMe)}
                  </LinkButton>
                </span>
              ),
            },
          ]}
        />
      )}
    </Panel>
  );
}
