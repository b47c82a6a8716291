import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { viewing } from '../lib/door.ts';
import { dueDate } from '../lib/due-words.ts';
import { formatDateTime, formatList } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { namesNothing } from '../lib/refusal.ts';
import { trpc } from '../lib/trpc.ts';
import { LinkButton } from '../ui/button.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { Fingerprint } from '../ui/fingerprint.tsx';
import { Loading } from '../ui/loading.tsx';
import { NotFound } from '../ui/not-found.tsx';
import { Notice, SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { Tag } from '../ui/tag.tsx';
import { Row } from '../ui/text.tsx';
import { AnswerAskedFor, AskedForFacts } from './asked-for.tsx';
import { CancelErasure } from './cancel-erasure.tsx';
import { CopyArchive } from './copy-archive.tsx';
import { RequestHolders } from './holders.tsx';
import { RequestHolds } from './request-holds.tsx';
import { RequestSteps } from './request-steps.tsx';
import { kindText, type RequestView, shownState, stateText, stateTone } from './request-text.ts';
import { isHeld, stateWords } from './state-words.ts';

const text = defineMessages({
  back: { id: 'requestPage.back', defaultMessage: 'Requests' },
  title: { id: 'requestPage.title', defaultMessage: 'Request' },
  heading: { id: 'requestPage.heading', defaultMessage: '{kind} {reference}' },
  facts: { id: 'requestPage.facts', defaultMessage: 'About this request' },
  reference: { id: 'requestPage.reference', defaultMessage: 'Reference' },
  received: { id: 'requestPage.received', defaultMessage: 'Received' },
  due: { id: 'requestPage.due', defaultMessage: 'Answered by' },
  ended: { id: 'requestPage.ended', defaultMessage: 'Ended' },
  stopped: {
    id: 'requestPage.stopped',
    defaultMessage: 'Stopped by a legal hold: it goes on when the hold ends',
  },
  executes: { id: 'requestPage.executes', defaultMessage: 'Starts' },
  sections: { id: 'requestPage.sections', defaultMessage: 'Categories' },
  field: { id: 'requestPage.field', defaultMessage: 'What should be corrected' },
  corrected: { id: 'requestPage.corrected', defaultMessage: 'What was corrected' },
  case: { id: 'requestPage.case', defaultMessage: 'Case' },
  plan: { id: 'requestPage.plan', defaultMessage: 'Confirmed plan' },
  cancelDone: {
    id: 'requestPage.cancelDone',
    defaultMessage:
      'The deletion was cancelled. Your account is active. Optional messages stay off until you turn them on, and API keys that were revoked, if you had any, stay revoked.',
  },
  declineDone: {
    id: 'requestPage.declineDone',
    defaultMessage: 'You declined it. Nothing was done, and nothing will be.',
  },
  again: { id: 'requestPage.again', defaultMessage: 'Start a new copy' },
  lost: {
    id: 'requestPage.lost',
    defaultMessage: 'The live view was interrupted; it continues by itself.',
  },
});

/** One request, live: where it stands, what comes next, until when. */
export default function RequestPage() {
  const intl = useIntl();
  const { reference = '' } = useParams({ strict: false });
  const [live, setLive] = useState<RequestView | null>(null);
  const request = trpc.requests.get.useQuery({ reference });
  const open = request.data !== undefined && request.data.endedAt === null;
  const watch = trpc.requests.watch.useSubscription(
    { reference },
    { enabled: open && !viewing, onData: (view) => setLive(view as unknown as RequestView) },
  );
  const view = live?.reference === reference && open ? live : request.data;
  const back = <Link to="/requests">{intl.formatMessage(text.back)}</Link>;
  if (namesNothing(request.error)) return <NotFound />;
  if (!view) {
    return (
      <>
        <PageHead title={intl.formatMessage(text.title)} back={back} />
        {request.isError ? (
          <ErrorState error={request.error} onRetry={() => request.refetch()} />
        ) : (
          <Loading lines={6} />
        )}
      </>
    );
  }
  return (
    <Request
      view={view}
      interrupted={open && !viewing && watch.status === 'connecting' && live !== null}
      onMoved={request.refetch}
    />
  );
}

/** Only a step that is done says that something was corrected: a decision can also refuse it. */
function isCorrected({ steps }: RequestView): boolean {
  return steps.some(({ name, state }) => name === 'corrected' && state === 'done');
}

function Request({
  view,
  interrupted,
  onMoved,
}: {
  view: RequestView;
  interrupted: boolean;
  onMoved: () => unknown;
}) {
  const intl = useIntl();
  const [done, setDone] = useState<string | null>(null);
  const { kind, reference, state, receivedAt, dueAt, daysLeft, endedAt, executesAt } = view;
  const isCopy = kind === 'portability';
  const shown = shownState({ state, answer: view.askedFor?.answer ?? null });
  return (
    <>
      {done && <SuccessBanner>{done}</SuccessBanner>}
      <PageHead
        title={intl.formatMessage(text.heading, {
          kind: intl.formatMessage(kindText[kind]),
          reference,
        })}
        tag={<Tag tone={stateTone[shown]}>{intl.formatMessage(stateText[shown])}</Tag>}
        lede={stateWords(intl, view)}
        back={<Link to="/requests">{intl.formatMessage(text.back)}</Link>}
      />
      <div role="status">{interrupted && <Notice>{intl.formatMessage(text.lost)}</Notice>}</div>
      {view.askedFor && state === 'unconfirmed' && !viewing && (
        <AnswerAskedFor view={view} onDone={() => setDone(intl.formatMessage(text.declineDone))} />
      )}
      {view.archive && !viewing && (
        <CopyArchive view={view} archive={view.archive} onMoved={onMoved} />
      )}
      <RequestHolds holds={view.holds} waiting={isHeld(view)} />
      <RequestSteps view={view} />
      <RequestHolders view={view} />
      <Panel title={intl.formatMessage(text.facts)}>
        <Facts>
          <Fact name={intl.formatMessage(text.reference)} value={reference} />
          <Fact name={intl.formatMessage(text.received)} value={formatDateTime(receivedAt)} />
          {view.askedFor && (
            <AskedForFacts
              askedFor={view.askedFor}
              entry={view.askedForEntry}
              ended={endedAt !== null}
            />
          )}
          {endedAt ? (
            <Fact name={intl.formatMessage(text.ended)} value={formatDateTime(endedAt)} />
          ) : (
            <Fact
              name={intl.formatMessage(text.due)}
              value={
                view.stopped ? intl.formatMessage(text.stopped) : dueDate(intl, { dueAt, daysLeft })
              }
            />
          )}
          {executesAt && !endedAt && (
            <Fact name={intl.formatMessage(text.executes)} value={formatDateTime(executesAt)} />
          )}
          {view.field && (
            <Fact
              name={intl.formatMessage(isCorrected(view) ? text.corrected : text.field)}
              value={view.field}
            />
          )}
          {view.sections.length > 0 && (
            <Fact name={intl.formatMessage(text.sections)} value={formatList(view.sections)} />
          )}
          {view.case && view.case !== view.askedFor?.ticket && (
            <Fact
              name={intl.formatMessage(text.case)}
              value={
                viewing ? (
                  view.case
                ) : (
                  <Link to="/cases/$reference" params={{ reference: view.case }}>
                    {view.case}
                  </Link>
                )
              }
            />
          )}
          {view.planHash && (
            <Fact
              name={intl.formatMessage(text.plan)}
              value={<Fingerprint sha256={view.planHash} />}
            />
          )}
        </Facts>
      </Panel>
      {kind === 'erasure' && state === 'waiting' && !isHeld(view) && !viewing && (
        <CancelErasure
          reference={reference}
          onDone={() => setDone(intl.formatMessage(text.cancelDone))}
        />
      )}
      {isCopy && endedAt && !viewing && (
        <Row>
          <LinkButton to="/copy">{intl.formatMessage(text.again)}</LinkButton>
        </Row>
      )}
    </>
  );
}
