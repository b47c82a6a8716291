import { Link } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { continued, formatDate, formatDateTime, formatDay, formatRelative } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';
import { kindText, stateText } from '../requests/request-text.ts';
import { LinkButton } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Tag } from '../ui/tag.tsx';

const text = defineMessages({
  protected: { id: 'overview.protected', defaultMessage: 'Protected' },
  attention: { id: 'overview.attention', defaultMessage: 'Needs attention' },
  factor: { id: 'overview.factor', defaultMessage: 'Signing in needs a second factor' },
  codesLow: {
    id: 'overview.codesLow',
    defaultMessage:
      '{codes, plural, =0 {No recovery code is left} one {Only one recovery code is left} other {Only # recovery codes are left}}',
  },
  protectionText: {
    id: 'overview.protectionText',
    defaultMessage:
      '{codes, plural, =0 {Without recovery codes, a lost authenticator locks you out} one {One recovery code is left} other {# recovery codes are left}}. {sessions, plural, one {Only this browser is signed in} other {# browsers are signed in}}.',
  },
  protectionAction: { id: 'overview.protectionAction', defaultMessage: 'Review security' },
  cookiesOpen: { id: 'overview.cookiesOpen', defaultMessage: 'Cookies not chosen yet' },
  cookiesChosen: { id: 'overview.cookiesChosen', defaultMessage: 'Chosen by you' },
  optional: {
    id: 'overview.optional',
    defaultMessage:
      '{on, plural, =0 {We send you nothing optional} one {One optional message is on} other {# optional messages are on}}',
  },
  cookiesNone: {
    id: 'overview.cookiesNone',
    defaultMessage: 'In this browser only essential cookies are set, until you choose.',
  },
  cookiesSaid: {
    id: 'overview.cookiesSaid',
    defaultMessage:
      'In this browser, functional cookies are {functional, select, true {on} other {off}} and statistics are {statistics, select, true {on} other {off}}.',
  },
  choicesAction: { id: 'overview.choicesAction', defaultMessage: 'Change communication' },
  requestsNone: { id: 'overview.requestsNone', defaultMessage: 'Nothing pending' },
  requestsNoneTitle: { id: 'overview.requestsNoneTitle', defaultMessage: 'No open requests' },
  requestsNoneText: {
    id: 'overview.requestsNoneText',
    defaultMessage: 'You can take a copy of your data or have your account deleted at any time.',
  },
  requestsOpen: { id: 'overview.requestsOpen', defaultMessage: '{count} open' },
  requestText: {
    id: 'overview.requestText',
    defaultMessage: '{reference}, done by {due} at the latest ({relative}).',
  },
  requestStopped: {
    id: 'overview.requestStopped',
    defaultMessage:
      '{reference}: a legal hold has stopped its end since {since}. It goes on by itself when the hold ends, on {until} at the latest.',
  },
  casesTitle: {
    id: 'overview.casesTitle',
    defaultMessage: '{count, plural, one {An open case} other {# open cases}}',
  },
  caseText: {
    id: 'overview.caseText',
    defaultMessage: '{reference}, answered by {due} at the latest ({relative}).',
  },
  caseYours: {
    id: 'overview.caseYours',
    defaultMessage: '{reference} waits for your answer.',
  },
  caseLate: {
    id: 'overview.caseLate',
    defaultMessage: '{reference} was due on {due} ({relative}). We are late with it.',
  },
  requestAsked: {
    id: 'overview.requestAsked',
    defaultMessage: '{reference} waits for your answer. Nothing is done without it.',
  },
  requestsAction: { id: 'overview.requestsAction', defaultMessage: 'See your requests' },
  requestAction: { id: 'overview.requestAction', defaultMessage: 'Follow {reference}' },
  unseen: { id: 'overview.unseen', defaultMessage: 'Not seen by staff' },
  seen: { id: 'overview.seen', defaultMessage: 'Seen by support' },
  unseenTitle: { id: 'overview.unseenTitle', defaultMessage: 'Nobody at EaseLLM has looked' },
  unseenText: {
    id: 'overview.unseenText',
    defaultMessage:
      '{services, plural, =0 {No service of ours has read your data} one {Services of ours read your data once} other {Services of ours read your data # times}} in the last 90 days.',
  },
  seenTitle: { id: 'overview.seenTitle', defaultMessage: 'Last look by staff: {relative}' },
  seenText: {
    id: 'overview.seenText',
    defaultMessage: '{actor} on {when}. Purpose: {purpose}.',
  },
  accessAction: { id: 'overview.accessAction', defaultMessage: 'See who looked' },
});

type State = Outputs['overview']['state'];
const FEW_CODES = 2;

/** Whether a second factor and enough ways around a lost one are there. */
export function isProtected({ factors, recoveryCodesLeft }: State['protection']): boolean {
  return factors > 0 && recoveryCodesLeft > FEW_CODES;
}

export function ProtectionCard(protection: State['protection']) {
  const intl = useIntl();
  const { recoveryCodesLeft: codes, sessions } = protection;
  const safe = isProtected(protection);
  return (
    <Card
      title={intl.formatMessage(safe ? text.factor : text.codesLow, { codes })}
      tag={
        <Tag tone={safe ? 'good' : 'warn'}>
          {intl.formatMessage(safe ? text.protected : text.attention)}
        </Tag>
      }
      action={<LinkButton to="/security">{intl.formatMessage(text.protectionAction)}</LinkButton>}
    >
      {intl.formatMessage(text.protectionText, { codes, sessions })}
    </Card>
  );
}

export function ChoicesCard({ optionalOn, cookies }: State['choices']) {
  const intl = useIntl();
  return (
    <Card
      title={intl.formatMessage(text.optional, { on: optionalOn })}
      tag={
        <Tag>{intl.formatMessage(cookies === null ? text.cookiesOpen : text.cookiesChosen)}</Tag>
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

/** Whose turn it is in a case, and whether we are late with it. */
function caseStands({ state, late }: NonNullable<State['cases']>) {
  if (state === 'waiting') return 'caseYours';
  return late ? 'caseLate' : 'caseText';
}

/** The case that waits for the person, or is due next; and one with which we are late. */
export function CasesCard({ cases }: { cases: NonNullable<State['cases']> }) {
  const intl = useIntl();
  const { reference, count, dueAt, alsoLate } = cases;
  return (
    <Card
      title={intl.formatMessage(text.casesTitle, { count })}
      tag={<Tag tone="warn">{intl.formatMessage(text.requestsOpen, { count })}</Tag>}
      action={
        <LinkButton to="/cases/$reference" params={{ reference }}>
          {intl.formatMessage(text.requestAction, { reference })}
        </LinkButton>
      }
    >
      {intl.formatMessage(text[caseStands(cases)], {
        reference,
        due: formatDate(dueAt),
        relative: formatRelative(dueAt),
      })}{' '}
      {alsoLate &&
        intl.formatMessage(text.caseLate, {
          reference: (
            <Link key="late" to="/cases/$reference" params={{ reference: alsoLate.reference }}>
              {alsoLate.reference}
            </Link>
          ),
          due: formatDate(alsoLate.dueAt),
          relative: formatRelative(alsoLate.dueAt),
        })}
    </Card>
  );
}

/** The requests under way; without any, that there are none, unless a case says more. */
export function RequestsCard({ open, asked, cases }: Pick<State, 'open' | 'asked' | 'cases'>) {
  const intl = useIntl();
  const [first] = open;
  if (!first) {
    // A correction that waits for a yes is a case, and told of as one.
    const waiting = asked.find(({ kind }) => kind !== 'rectification');
    if (waiting)
      return (
        <Card
          title={intl.formatMessage(kindText[waiting.kind])}
          tag={<Tag tone="warn">{intl.formatMessage(stateText.unconfirmed)}</Tag>}
          action={<LinkButton to="/requests">{intl.formatMessage(text.requestsAction)}</LinkButton>}
        >
          {intl.formatMessage(text.requestAsked, { reference: waiting.reference })}
        </Card>
      );
    if (cases) return null;
    return (
      <Card
        title={intl.formatMessage(text.requestsNoneTitle)}
        tag={<Tag>{intl.formatMessage(text.requestsNone)}</Tag>}
        action={<LinkButton to="/requests">{intl.formatMessage(text.requestsAction)}</LinkButton>}
      >
        {intl.formatMessage(text.requestsNoneText)}
      </Card>
    );
  }
  const { reference, kind, dueAt, stopped } = first;
  return (
    <Card
      title={intl.formatMessage(kindText[kind])}
      tag={<Tag tone="warn">{intl.formatMessage(text.requestsOpen, { count: open.length })}</Tag>}
      action={
        <LinkButton to="/requests/$reference" params={{ reference }}>
          {intl.formatMessage(text.requestAction, { reference })}
        </LinkButton>
      }
    >
      {stopped
        ? intl.formatMessage(text.requestStopped, {
            reference,
            since: formatDate(stopped.since),
            until: formatDay(stopped.until),
          })
        : intl.formatMessage(text.requestText, {
            reference,
            due: formatDate(dueAt),
            relative: formatRelative(dueAt),
          })}
    </Card>
  );
}

export function AccessCard({ lastStaff, services }: State['access']) {
  const intl = useIntl();
  const action = <LinkButton to="/who-looked">{intl.formatMessage(text.accessAction)}</LinkButton>;
  if (!lastStaff) {
    return (
      <Card
        title={intl.formatMessage(text.unseenTitle)}
        tag={<Tag tone="good">{intl.formatMessage(text.unseen)}</Tag>}
        action={action}
      >
        {intl.formatMessage(text.unseenText, { services })}
      </Card>
    );
  }
  const { actor, occurredAt, purpose } = lastStaff;
  return (
    <Card
      title={intl.formatMessage(text.seenTitle, { relative: formatRelative(occurredAt) })}
      tag={<Tag tone="staff">{intl.formatMessage(text.seen)}</Tag>}
      action={action}
    >
      {intl.formatMessage(text.seenText, {
        actor,
        when: formatDateTime(occurredAt),
        purpose: continued(purpose),
      })}
    </Card>
  );
}
