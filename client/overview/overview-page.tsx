import { Link } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { formatDate, formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { kindText } from '../requests/request-text.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { Card, Cards } from '../ui/card.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { Tag } from '../ui/tag.tsx';
import { Small } from '../ui/text.tsx';
import { noticeText } from './notice-text.ts';
import styles from './overview-page.module.css';

const text = defineMessages({
  title: { id: 'overview.title', defaultMessage: 'Overview' },
  lede: { id: 'overview.lede', defaultMessage: 'How your data and your account stand today.' },
  cards: { id: 'overview.cards', defaultMessage: 'State of your account' },
  protection: { id: 'overview.protection', defaultMessage: 'Protection' },
  protected: { id: 'overview.protected', defaultMessage: 'Protected' },
  attention: { id: 'overview.attention', defaultMessage: 'Needs attention' },
  protectionText: {
    id: 'overview.protectionText',
    defaultMessage:
      'Signing in needs a second factor. {codes, plural, =0 {No recovery code is} one {# recovery code is} other {# recovery codes are}} left; you are signed in {sessions, plural, one {here only} other {in # places}}.',
  },
  protectionAction: { id: 'overview.protectionAction', defaultMessage: 'Review security' },
  choices: { id: 'overview.choices', defaultMessage: 'Your choices' },
  choicesOff: { id: 'overview.choicesOff', defaultMessage: 'Optional messages: off' },
  choicesOn: { id: 'overview.choicesOn', defaultMessage: 'Optional messages: {count} on' },
  cookiesNone: {
    id: 'overview.cookiesNone',
    defaultMessage: 'You have not chosen cookies in this browser; only essential ones are set.',
  },
  cookiesSaid: {
    id: 'overview.cookiesSaid',
    defaultMessage:
      'In this browser, functional cookies are {functional, select, true {on} other {off}} and statistics are {statistics, select, true {on} other {off}}.',
  },
  choicesAction: { id: 'overview.choicesAction', defaultMessage: 'Change communication' },
  requests: { id: 'overview.requests', defaultMessage: 'Open requests' },
  requestsNone: { id: 'overview.requestsNone', defaultMessage: 'None open' },
  requestsNoneText: {
    id: 'overview.requestsNoneText',
    defaultMessage: 'You can take a copy of your data or have your account deleted at any time.',
  },
  requestsOpen: { id: 'overview.requestsOpen', defaultMessage: '{count} open' },
  requestText: {
    id: 'overview.requestText',
    defaultMessage: '{kind}, {reference}: done by {due} at the latest.',
  },
  requestsAction: { id: 'overview.requestsAction', defaultMessage: 'See your requests' },
  requestAction: { id: 'overview.requestAction', defaultMessage: 'See {reference}' },
  access: { id: 'overview.access', defaultMessage: 'Who looked' },
  accessNone: { id: 'overview.accessNone', defaultMessage: 'No look by staff' },
  accessStaff: { id: 'overview.accessStaff', defaultMessage: 'Viewed by staff' },
  accessNoneText: {
    id: 'overview.accessNoneText',
    defaultMessage:
      'Nobody at EaseLLM has looked at your data. Services did so {services, plural, =0 {never} one {once} other {# times}} in 90 days.',
  },
  accessText: {
    id: 'overview.accessText',
    defaultMessage: '{actor} last looked on {when}: {purpose}.',
  },
  accessAction: { id: 'overview.accessAction', defaultMessage: 'See who looked' },
  news: { id: 'overview.news', defaultMessage: 'News about your account' },
  newsNone: { id: 'overview.newsNone', defaultMessage: 'No news yet' },
  newsNoneText: {
    id: 'overview.newsNoneText',
    defaultMessage: 'What happens to your account is told here and by mail.',
  },
  unread: { id: 'overview.unread', defaultMessage: 'New' },
  read: { id: 'overview.read', defaultMessage: 'Mark as read' },
});

type State = Outputs['overview']['state'];

/** The state of this person in four sentences, each with one action. */
export default function OverviewPage() {
  const intl = useIntl();
  const state = trpc.overview.state.useQuery({});
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      {state.isPending && <Loading lines={6} />}
      {state.isError && <ErrorState error={state.error} onRetry={() => state.refetch()} />}
      {state.data && (
        <>
          <Cards label={intl.formatMessage(text.cards)}>
            <ProtectionCard {...state.data.protection} />
            <ChoicesCard {...state.data.choices} />
            <RequestsCard open={state.data.open} />
            <AccessCard {...state.data.access} />
          </Cards>
          <News notices={state.data.notices} />
        </>
      )}
    </>
  );
}

function ProtectionCard({ factors, recoveryCodesLeft, sessions }: State['protection']) {
  const intl = useIntl();
  const safe = factors > 0 && recoveryCodesLeft > 2;
  return (
    <Card
      title={intl.formatMessage(text.protection)}
      tag={
        <Tag tone={safe ? 'good' : 'warn'}>
          {intl.formatMessage(safe ? text.protected : text.attention)}
        </Tag>
      }
      action={<LinkButton to="/security">{intl.formatMessage(text.protectionAction)}</LinkButton>}
    >
      {intl.formatMessage(text.protectionText, { codes: recoveryCodesLeft, sessions })}
    </Card>
  );
}

function ChoicesCard({ optionalOn, cookies }: State['choices']) {
  const intl = useIntl();
  return (
    <Card
      title={intl.formatMessage(text.choices)}
      tag={
        <Tag>
          {optionalOn === 0
            ? intl.formatMessage(text.choicesOff)
            : intl.formatMessage(text.choicesOn, { count: optionalOn })}
        </Tag>
      }
      action={<LinkButton to="/communication">{intl.formatMessage(text.choicesAction)}</LinkButton>}
    >
      {cookies === null
        ? intl.formatMessage(text.cookiesNone)
        : intl.formatMessage(text.cookiesSaid, {
            functional: String(cookies.functional),
            statistics: String(cookies.statistics),
          })}
    </Card>
  );
}

function RequestsCard({ open }: { open: State['open'] }) {
  const intl = useIntl();
  const [first] = open;
  return (
    <Card
      title={intl.formatMessage(text.requests)}
      tag={
        <Tag tone={first ? 'warn' : 'neutral'}>
          {first
            ? intl.formatMessage(text.requestsOpen, { count: open.length })
            : intl.formatMessage(text.requestsNone)}
        </Tag>
      }
      action={
        first ? (
          <LinkButton to="/requests/$reference" params={{ reference: first.reference }}>
            {intl.formatMessage(text.requestAction, { reference: first.reference })}
          </LinkButton>
        ) : (
          <LinkButton to="/requests">{intl.formatMessage(text.requestsAction)}</LinkButton>
        )
      }
    >
      {first
        ? intl.formatMessage(text.requestText, {
            kind: intl.formatMessage(kindText[first.kind]),
            reference: first.reference,
            due: formatDate(first.dueAt),
          })
        : intl.formatMessage(text.requestsNoneText)}
    </Card>
  );
}

function AccessCard({ lastStaff, services }: State['access']) {
  const intl = useIntl();
  return (
    <Card
      title={intl.formatMessage(text.access)}
      tag={<Tag>{intl.formatMessage(lastStaff ? text.accessStaff : text.accessNone)}</Tag>}
      action={<LinkButton to="/who-looked">{intl.formatMessage(text.accessAction)}</LinkButton>}
    >
      {lastStaff
        ? intl.formatMessage(text.accessText, {
            actor: lastStaff.actor,
            when: formatDateTime(lastStaff.occurredAt),
            purpose: lastStaff.purpose,
          })
        : intl.formatMessage(text.accessNoneText, { services })}
    </Card>
  );
}

function News({ notices }: { notices: State['notices'] }) {
  const intl = useIntl();
  const utils = trpc.useUtils();
  const read = trpc.overview.readNotice.useMutation({
    onSuccess: () => Promise.all([utils.overview.state.invalidate(), utils.auth.me.invalidate()]),
  });
  return (
    <Panel title={intl.formatMessage(text.news)}>
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
                <div>
                  {readAt === null && <Tag tone="good">{intl.formatMessage(text.unread)}</Tag>}{' '}
                  {said}{' '}
                  {reference && (
                    <Link to="/requests/$reference" params={{ reference }}>
                      {reference}
                    </Link>
                  )}
                  <p>
                    <Small>{formatDateTime(createdAt)}</Small>
                  </p>
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
