import { Link } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { formatDateTime, formatList, formatTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { refusalSentence } from '../lib/refusal-text.ts';
import { isSection, sectionText } from '../lib/section-text.ts';
import { trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { Panel, Section } from '../ui/panel.tsx';
import { Tag } from '../ui/tag.tsx';
import styles from './own-views.module.css';
import { categoryText, ownEndText } from './support-text.ts';
import { type OwnView, useViewActs } from './view-acts.ts';

const text = defineMessages({
  title: { id: 'ownViews.title', defaultMessage: 'Support views' },
  about: {
    id: 'ownViews.about',
    defaultMessage:
      'When a member of our support opens your account, to read only, it stands here with the reason in their own words. Whether they may is <link>yours to choose</link>.',
  },
  none: { id: 'ownViews.none', defaultMessage: 'Nobody of support has viewed your account' },
  earlier: {
    id: 'ownViews.earlier',
    defaultMessage: '{count, plural, one {# earlier view} other {# earlier views}}',
  },
  running: { id: 'ownViews.running', defaultMessage: 'Viewing now' },
  over: { id: 'ownViews.over', defaultMessage: 'Over' },
  heading: { id: 'ownViews.heading', defaultMessage: '{who}, {when}' },
  ticket: { id: 'ownViews.ticket', defaultMessage: 'Case' },
  category: { id: 'ownViews.category', defaultMessage: 'About' },
  reason: { id: 'ownViews.reason', defaultMessage: 'Reason' },
  scope: { id: 'ownViews.scope', defaultMessage: 'Could open' },
  opened: { id: 'ownViews.opened', defaultMessage: 'Opened' },
  openedNone: { id: 'ownViews.openedNone', defaultMessage: 'Nothing' },
  openedNoneYet: { id: 'ownViews.openedNoneYet', defaultMessage: 'Nothing yet' },
  until: { id: 'ownViews.until', defaultMessage: 'Ends by itself' },
  ended: { id: 'ownViews.ended', defaultMessage: 'Ended' },
  how: { id: 'ownViews.how', defaultMessage: '{when}. {how}.' },
  end: { id: 'ownViews.end', defaultMessage: 'End now' },
  asks: { id: 'ownViews.asks', defaultMessage: '{who} asks for 15 more minutes' },
  asksText: {
    id: 'ownViews.asksText',
    defaultMessage: 'The view ends by itself at {until}. You can end it at any time.',
  },
  approve: { id: 'ownViews.approve', defaultMessage: 'Give 15 more minutes' },
  decline: { id: 'ownViews.decline', defaultMessage: 'Give no more time' },
  more: { id: 'ownViews.more', defaultMessage: 'More time' },
  asked: { id: 'ownViews.asked', defaultMessage: 'Asked for, not answered' },
  approved: { id: 'ownViews.approved', defaultMessage: 'You gave 15 more minutes' },
  declined: { id: 'ownViews.declined', defaultMessage: 'You gave no more time' },
});

/** The latest in sight; earlier ones one press away, before the log that holds all of it. */
const AT_ONCE = 2;

/** Who of support views the account now, and who did: the reason word for word, what was opened, how it ended. */
export function OwnViews() {
  const intl = useIntl();
  const views = trpc.supportViews.list.useQuery({});
  const link = (words: React.ReactNode[]) => (
    <Link key="link" to="/account" hash="support-access">
      {words}
    </Link>
  );
  const all = views.data ? [...views.data.open, ...views.data.past] : [];
  return (
    <Section title={intl.formatMessage(text.title)} id="support-views">
      <p>{intl.formatMessage(text.about, { link })}</p>
      {views.isPending && <Loading lines={4} />}
      {views.isError && <ErrorState error={views.error} onRetry={() => views.refetch()} />}
      {views.data && all.length === 0 && <EmptyState title={intl.formatMessage(text.none)} />}
      {all.slice(0, AT_ONCE).map((view) => (
        <OneView key={view.id} view={view} />
      ))}
      {all.length > AT_ONCE && (
        <Disclosure summary={intl.formatMessage(text.earlier, { count: all.length - AT_ONCE })}>
          {all.slice(AT_ONCE).map((view) => (
            <OneView key={view.id} view={view} />
          ))}
        </Disclosure>
      )}
    </Section>
  );
}

function OneView({ view }: { view: OwnView }) {
  const intl = useIntl();
  const { who, ticket, category, reason, scope, startedAt, notAfter, endedAt, endedBy } = view;
  const { opened, extension } = view;
  const open = endedAt === null;
  const names = scope.map((key) => (isSection(key) ? intl.formatMessage(sectionText[key]) : key));
  return (
    <Panel
      title={intl.formatMessage(text.heading, { who, when: formatDateTime(startedAt) })}
      aside={
        <Tag tone={open ? 'staff' : 'neutral'}>
          {intl.formatMessage(open ? text.running : text.over)}
        </Tag>
      }
    >
      {open && (
        <div className={styles.acts}>
          <Acts view={view} />
        </div>
      )}
      <Facts>
        <Fact name={intl.formatMessage(text.reason)} value={reason} />
        <Fact name={intl.formatMessage(text.ticket)} value={ticket} />
        <Fact
          name={intl.formatMessage(text.category)}
          value={intl.formatMessage(categoryText[category])}
        />
        <Fact name={intl.formatMessage(text.scope)} value={formatList(names)} />
        <Fact
          name={intl.formatMessage(text.opened)}
          value={
            formatList(opened) || intl.formatMessage(open ? text.openedNoneYet : text.openedNone)
          }
        />
        {extension !== 'none' && (
          <Fact name={intl.formatMessage(text.more)} value={intl.formatMessage(text[extension])} />
        )}
        {endedAt === null ? (
          <Fact name={intl.formatMessage(text.until)} value={formatDateTime(notAfter)} />
        ) : (
          <Fact
            name={intl.formatMessage(text.ended)}
            value={intl.formatMessage(text.how, {
              when: formatDateTime(endedAt),
              how: endedBy ? intl.formatMessage(ownEndText[endedBy]) : '',
            })}
          />
        )}
      </Facts>
    </Panel>
  );
}

/** What to do about a view that is open. */
function Acts({ view: { id, who, notAfter, extension } }: { view: OwnView }) {
  const intl = useIntl();
  const { end, answer } = useViewActs();
  const problem = end.error ?? answer.error;
  return (
    <Notice
      {...(extension === 'asked'
        ? { tone: 'warn', title: intl.formatMessage(text.asks, { who }) }
        : {})}
      actions={
        <>
          {extension === 'asked' && (
            <>
              <Button
                pending={answer.isPending}
                onClick={() => answer.mutate({ id, answer: 'approved' })}
              >
                {intl.formatMessage(text.approve)}
              </Button>
              <Button
                pending={answer.isPending}
                onClick={() => answer.mutate({ id, answer: 'declined' })}
              >
                {intl.formatMessage(text.decline)}
              </Button>
            </>
          )}
          <Button pending={end.isPending} onClick={() => end.mutate({ id })} hiddenName={who}>
            {intl.formatMessage(text.end)}
          </Button>
        </>
      }
    >
      <p>{intl.formatMessage(text.asksText, { until: formatTime(notAfter) })}</p>
      <p role="alert">{problem && refusalSentence(problem)}</p>
    </Notice>
  );
}
