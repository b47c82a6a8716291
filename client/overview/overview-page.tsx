import { Link } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { NeedsAnswer } from '../requests/needs-answer.tsx';
import { Button } from '../ui/button.tsx';
import { Cards } from '../ui/card.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { Tag } from '../ui/tag.tsx';
import { Row, Small } from '../ui/text.tsx';
import { Time } from '../ui/time.tsx';
import {
  AccessCard,
  CasesCard,
  ChoicesCard,
  isProtected,
  ProtectionCard,
  RequestsCard,
} from './cards.tsx';
import { noticeText } from './notice-text.ts';
import styles from './overview-page.module.css';

const text = defineMessages({
  title: { id: 'overview.title', defaultMessage: 'Overview' },
  loading: { id: 'overview.loading', defaultMessage: 'How your data and your account stand now.' },
  lede: {
    id: 'overview.lede',
    defaultMessage:
      '{safe, select, true {Your account is protected.} other {The protection of your account needs attention.}} {unread, plural, =0 {There is nothing new.} one {There is one new notice.} other {There are # new notices.}}',
  },
  cards: { id: 'overview.cards', defaultMessage: 'State of your account' },
  news: { id: 'overview.news', defaultMessage: 'News about your account' },
  newsNone: { id: 'overview.newsNone', defaultMessage: 'No news yet' },
  newsNoneText: {
    id: 'overview.newsNoneText',
    defaultMessage: 'What happens to your account is told here and by mail.',
  },
  unread: { id: 'overview.unread', defaultMessage: 'New' },
  read: { id: 'overview.read', defaultMessage: 'Mark as read' },
  readAll: { id: 'overview.readAll', defaultMessage: 'Mark all as read' },
});

type State = Outputs['overview']['state'];

/** The state of this person in a few sentences, each with one action, and what happened lately. */
export default function OverviewPage() {
  const intl = useIntl();
  const state = trpc.overview.state.useQuery({});
  // Of all there are, also those that are not listed any more; the way around says the same.
  const unread = trpc.auth.me.useQuery({}).data?.unreadNotices ?? 0;
  return (
    <>
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={
          state.data
            ? intl.formatMessage(text.lede, {
                safe: String(isProtected(state.data.protection)),
                unread,
              })
            : intl.formatMessage(text.loading)
        }
      />
      {state.isPending && <Loading lines={6} />}
      {state.isError && <ErrorState error={state.error} onRetry={() => state.refetch()} />}
      {state.data && (
        <>
          <NeedsAnswer requests={state.data.asked} />
          <Cards label={intl.formatMessage(text.cards)}>
            <ProtectionCard {...state.data.protection} />
            <ChoicesCard {...state.data.choices} />
            <RequestsCard {...state.data} />
            {state.data.cases && <CasesCard cases={state.data.cases} />}
            <AccessCard {...state.data.access} />
          </Cards>
          <News notices={state.data.notices} unread={unread} />
        </>
      )}
    </>
  );
}

function News({ notices, unread }: { notices: State['notices']; unread: number }) {
  const intl = useIntl();
  const utils = trpc.useUtils();
  const onSuccess = () =>
    Promise.all([utils.overview.state.invalidate(), utils.auth.me.invalidate()]);
  const read = trpc.overview.readNotice.useMutation({ onSuccess });
  const readAll = trpc.overview.readAllNotices.useMutation({ onSuccess });
  return (
    <Panel
      title={intl.formatMessage(text.news)}
      aside={
        unread > 1 && (
          <Button look="quiet" pending={readAll.isPending} onClick={() => readAll.mutate({})}>
            {intl.formatMessage(text.readAll)}
          </Button>
        )
      }
    >
      {notices.length === 0 ? (
        <EmptyState title={intl.formatMessage(text.newsNone)}>
          {intl.formatMessage(text.newsNoneText)}
        </EmptyState>
      ) : (
        <ul className={styles.news}>
          {notices.map(({ id, kind, reference, createdAt, readAt }) => {
            const sentence = noticeText[kind as keyof typeof noticeText];
            const said = sentence ? intl.formatMessage(sentence) : kind;
            return (
              <li key={id} className={styles.item}>
                <div className={styles.said}>
                  <p>
                    {said} {reference && <AboutWhat kind={kind} reference={reference} />}
                  </p>
                  <Row>
                    {readAt === null && <Tag tone="warn">{intl.formatMessage(text.unread)}</Tag>}
                    <Small>
                      <Time at={createdAt} />
                    </Small>
                  </Row>
                </div>
                {readAt === null && (
                  <Button look="quiet" hiddenName={said} onClick={() => read.mutate({ id })}>
                    {intl.formatMessage(text.read)}
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}

/** A notice is about a request, a case, or a ticket for which support viewed the account. */
function AboutWhat({ kind, reference }: { kind: string; reference: string }) {
  if (kind.startsWith('case_') || kind.startsWith('lost_factors_'))
    return (
      <Link to="/cases/$reference" params={{ reference }}>
        {reference}
      </Link>
    );
  return reference.startsWith('R-') ? (
    <Link to="/requests/$reference" params={{ reference }}>
      {reference}
    </Link>
  ) : (
    <Link to="/who-looked" hash="support-views">
      {reference}
    </Link>
  );
}
