import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { formatDate, formatDateTime, formatDay, formatList } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { Fingerprint } from '../ui/fingerprint.tsx';
import { Panel } from '../ui/panel.tsx';
import { Tag } from '../ui/tag.tsx';
import { Small } from '../ui/text.tsx';
import { Time } from '../ui/time.tsx';
import { Timeline, TimelineMoment } from '../ui/timeline.tsx';
import { HolderLines } from './holder-lines.tsx';
import type { RequestDetail } from './oversight-text.ts';
import { dueSentence } from './stands-words.ts';
import { HolderTag, StepLines, systemName, TablesLines } from './step-lines.tsx';
import { stepWords } from './step-text.ts';
import { StuckJob } from './stuck-job.tsx';
import { type Item, timelineOf } from './timeline.ts';
import { jobWords, letterWords } from './work-text.ts';

const text = defineMessages({
  title: { id: 'timeline.title', defaultMessage: 'Timeline' },
  asked: {
    id: 'timeline.asked',
    defaultMessage:
      '{by, select, customer {The customer} other {{by}}} asked for {kind, select, portability {a copy} erasure {the account to be deleted} other {a correction}}',
  },
  corrected: { id: 'timeline.corrected', defaultMessage: 'The customer made a correction' },
  ticket: { id: 'timeline.ticket', defaultMessage: 'For the customer, in case {ticket}.' },
  confirmed: {
    id: 'timeline.confirmed',
    defaultMessage: 'The customer confirmed the plan, with their address and a code',
  },
  plan: { id: 'timeline.plan', defaultMessage: 'Confirmed plan:' },
  answer: {
    id: 'timeline.answer',
    defaultMessage:
      '{answer, select, confirmed {The customer confirmed it} declined {The customer declined it} lapsed {Nobody answered in time: it lapsed} other {The customer is asked to confirm}}',
  },
  until: {
    id: 'timeline.until',
    defaultMessage: 'Nothing is done before. Without an answer it lapses on {when}.',
  },
  begins: {
    id: 'timeline.begins',
    defaultMessage: '{kind, select, erasure {The deletion started} other {The work started}}',
  },
  decidedBy: { id: 'timeline.decidedBy', defaultMessage: 'Decided by {who}' },
  waits: { id: 'timeline.waits', defaultMessage: 'Time to think it over' },
  waitsText: {
    id: 'timeline.waitsText',
    defaultMessage: 'It starts by itself on {when}. Until then the customer can cancel it.',
  },
  waitsStopped: {
    id: 'timeline.waitsStopped',
    defaultMessage:
      'It starts by itself on {when}, with what is not held. Until then the customer can cancel it.',
  },
  stopped: {
    id: 'timeline.stopped',
    defaultMessage: 'Stopped by a legal hold since {since}, until {until} at the latest.',
  },
  tables: { id: 'timeline.tables', defaultMessage: 'Deleting and minimising, table by table' },
  notAsked: { id: 'timeline.notAsked', defaultMessage: 'Not connected: {names}' },
  notAskedText: {
    id: 'timeline.notAskedText',
    defaultMessage:
      'This portal cannot ask. A person of ours writes to each; whether that was done is not recorded here.',
  },
  notSent: { id: 'timeline.notSent', defaultMessage: 'Written, and not sent yet.' },
  stuck: { id: 'timeline.stuck', defaultMessage: 'Needs a person' },
  trying: { id: 'timeline.trying', defaultMessage: 'Tried again' },
  ended: {
    id: 'timeline.ended',
    defaultMessage:
      '{state, select, completed {Completed} cancelled {Cancelled: nothing more is done} other {Failed}}',
  },
  wasDue: { id: 'timeline.wasDue', defaultMessage: 'It was due on {date}.' },
  since: { id: 'timeline.since', defaultMessage: 'Since {when}' },
});

type Of = { request: RequestDetail; onDone: (words: string) => void };

/** One request from its first word to the day on which it is due, in the order of time. */
export function RequestTimeline({ request, onDone }: Of) {
  const intl = useIntl();
  return (
    <Panel title={intl.formatMessage(text.title)}>
      <Timeline label={intl.formatMessage(text.title)}>
        {timelineOf(request).map((item) => (
          <TimelineMoment
            key={item.key}
            state={item.state}
            minor={item.kind === 'letter' || item.kind === 'notAsked'}
            what={whatOf(intl, item, request)}
            when={whenOf(intl, item)}
            tag={tagOf(intl, item)}
          >
            <Lines item={item} request={request} onDone={onDone} />
          </TimelineMoment>
        ))}
      </Timeline>
    </Panel>
  );
}

type Intl = ReturnType<typeof useIntl>;

function whatOf(intl: Intl, item: Item, request: RequestDetail): string {
  const { kind, askedFor, steps, state, decidedBy } = request;
  switch (item.kind) {
    case 'asked':
      return kind === 'rectification' && steps[0]?.kind !== 'judged'
        ? intl.formatMessage(text.corrected)
        : intl.formatMessage(text.asked, { by: askedFor?.who ?? 'customer', kind });
    case 'confirmed':
      return intl.formatMessage(text.confirmed);
    case 'answer':
      return intl.formatMessage(text.answer, { answer: askedFor?.answer ?? 'none' });
    case 'begins':
      return item.state === 'done'
        ? intl.formatMessage(text.begins, { kind })
        : intl.formatMessage(text.waits);
    case 'step':
      return item.step.kind === 'judged' && item.state === 'done' && decidedBy !== null
        ? intl.formatMessage(text.decidedBy, { who: decidedBy })
        : stepWords(intl, item.step, kind);
    case 'tables':
      return intl.formatMessage(text.tables);
    case 'holder':
      return systemName(intl, item.holder);
    case 'notAsked':
      return intl.formatMessage(text.notAsked, {
        names: formatList(item.holders.map(({ name }) => name)),
      });
    case 'letter':
      return letterWords(intl, item.letter.template);
    case 'job':
      return jobWords(intl, item.job.kind);
    case 'ended':
      return intl.formatMessage(text.ended, { state });
    case 'due':
      return dueSentence(intl, request);
  }
}

function whenOf(intl: Intl, item: Item): ReactNode {
  if (item.kind === 'due' || item.kind === 'holder') return null;
  if (item.kind === 'begins' && item.state !== 'done') return null;
  if (item.kind === 'letter')
    return <Time at={item.letter.sentAt ?? item.letter.createdAt} short />;
  if (item.at) return <Time at={item.at} short />;
  const since = item.kind === 'step' && item.state === 'now' ? item.step.startedAt : null;
  return since && intl.formatMessage(text.since, { when: formatDateTime(since) });
}

function tagOf(intl: Intl, item: Item): ReactNode {
  if (item.kind === 'holder') return <HolderTag holder={item.holder} />;
  if (item.kind !== 'job') return null;
  const { stuck } = item.job;
  return (
    <Tag tone={stuck ? 'bad' : 'warn'}>{intl.formatMessage(stuck ? text.stuck : text.trying)}</Tag>
  );
}

function Lines({ item, request, onDone }: Of & { item: Item }) {
  const intl = useIntl();
  const { askedFor, planHash, executesAt, stopped, sections, field, dueAt, reference } = request;
  switch (item.kind) {
    case 'asked':
      return (
        <>
          {askedFor && (
            <span>
              <FormattedMessage
                {...text.ticket}
                values={{
                  ticket: (
                    <Link
                      key="ticket"
                      to="/cases/$reference"
                      params={{ reference: askedFor.ticket }}
                    >
                      {askedFor.ticket}
                    </Link>
                  ),
                }}
              />
            </span>
          )}
          {(field ?? sections.length > 0) && <Small>{field ?? formatList(sections)}</Small>}
        </>
      );
    case 'confirmed':
      return (
        planHash && (
          <Small>
            {intl.formatMessage(text.plan)} <Fingerprint sha256={planHash} />
          </Small>
        )
      );
    case 'answer':
      return (
        askedFor &&
        askedFor.answeredAt === null && (
          <span>{intl.formatMessage(text.until, { when: formatDateTime(askedFor.until) })}</span>
        )
      );
    case 'begins':
      return item.state !== 'done' && executesAt ? (
        <span>
          {intl.formatMessage(stopped ? text.waitsStopped : text.waitsText, {
            when: formatDateTime(executesAt),
          })}
        </span>
      ) : null;
    case 'step':
      return <StepLines step={item.step} holders={item.holders} request={request} />;
    case 'tables':
      return <TablesLines steps={item.steps} request={request} />;
    case 'holder':
      return <HolderLines holder={item.holder} request={request} />;
    case 'notAsked':
      return <Small>{intl.formatMessage(text.notAskedText)}</Small>;
    case 'letter':
      return item.letter.sentAt ? null : <Small>{intl.formatMessage(text.notSent)}</Small>;
    case 'job':
      return <StuckJob job={item.job} reference={reference} onDone={onDone} />;
    case 'ended':
      return <Small>{intl.formatMessage(text.wasDue, { date: formatDate(dueAt) })}</Small>;
    case 'due':
      return (
        stopped && (
          <Small>
            {intl.formatMessage(text.stopped, {
              since: formatDate(stopped.since),
              until: formatDay(stopped.until),
            })}
          </Small>
        )
      );
  }
}
