import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { type IntlShape, useIntl } from 'react-intl';
import { formatDateTime } from '../../lib/format.ts';
import { defineMessages } from '../../lib/messages.ts';
import { refusalSentence } from '../../lib/refusal-text.ts';
import { useStepUp } from '../../lib/step-up.tsx';
import { trpc } from '../../lib/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Loading } from '../../ui/loading.tsx';
import { SuccessBanner } from '../../ui/notice.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel, Section } from '../../ui/panel.tsx';
import { Tag } from '../../ui/tag.tsx';
import { RecoveryActs, RecoveryStanding } from '../lost-factors/desk-recovery.tsx';
import {
  aboutWords,
  caseKindText,
  type DeskCase,
  deskStateText,
  dueWords,
  stateTones,
} from './case-text.ts';
import { DecideForm } from './decide-form.tsx';
import { CaseEnd } from './decision.tsx';
import { CaseMessages } from './messages.tsx';
import { WriteForm } from './write-form.tsx';

const text = defineMessages({
  title: { id: 'deskCase.title', defaultMessage: 'Case' },
  heading: { id: 'deskCase.heading', defaultMessage: 'Case {reference}' },
  back: { id: 'deskCase.back', defaultMessage: 'Cases' },
  facts: { id: 'deskCase.facts', defaultMessage: 'About this case' },
  customer: { id: 'deskCase.customer', defaultMessage: 'Customer' },
  email: { id: 'deskCase.email', defaultMessage: 'E-mail address' },
  account: { id: 'deskCase.account', defaultMessage: 'Account id' },
  kind: { id: 'deskCase.kind', defaultMessage: 'Kind' },
  about: { id: 'deskCase.about', defaultMessage: 'About' },
  now: { id: 'deskCase.now', defaultMessage: 'What it says now' },
  proposed: { id: 'deskCase.proposed', defaultMessage: 'What it should say' },
  nothing: { id: 'deskCase.nothing', defaultMessage: 'Nothing at all' },
  opened: { id: 'deskCase.opened', defaultMessage: 'Opened' },
  due: { id: 'deskCase.due', defaultMessage: 'Answer' },
  closed: { id: 'deskCase.closed', defaultMessage: 'Closed' },
  worker: { id: 'deskCase.worker', defaultMessage: 'Worked on by' },
  nobody: { id: 'deskCase.nobody', defaultMessage: 'Nobody yet' },
  you: { id: 'deskCase.you', defaultMessage: 'You' },
  take: { id: 'deskCase.take', defaultMessage: 'Take the case' },
  taken: { id: 'deskCase.taken', defaultMessage: 'The case is yours.' },
  write: { id: 'deskCase.write', defaultMessage: 'Write to the customer' },
  sent: { id: 'deskCase.sent', defaultMessage: 'The customer is told that there is an answer.' },
  decide: { id: 'deskCase.decide', defaultMessage: 'Decide' },
  decided: {
    id: 'deskCase.decided',
    defaultMessage: 'The case is decided, and the customer told.',
  },
});

/** One case as staff work on it; each time it is read stands in the customer's log. */
export default function DeskCasePage() {
  const intl = useIntl();
  const { reference = '' } = useParams({ strict: false });
  const found = trpc.caseDesk.get.useQuery({ reference }, { refetchOnWindowFocus: false });
  const back = <Link to="/cases">{intl.formatMessage(text.back)}</Link>;
  if (!found.data)
    return (
      <>
        <PageHead title={intl.formatMessage(text.title)} back={back} />
        {found.isError ? (
          <ErrorState error={found.error} onRetry={() => found.refetch()} />
        ) : (
          <Loading lines={6} />
        )}
      </>
    );
  return <Case view={found.data} />;
}

function Case({ view }: { view: DeskCase }) {
  const intl = useIntl();
  const utils = trpc.useUtils();
  const [done, setDone] = useState<{ said: string; count: number } | null>(null);
  const take = trpc.caseDesk.take.useMutation();
  const write = trpc.caseDesk.write.useMutation();
  const decide = trpc.caseDesk.decide.useMutation();
  const withStepUp = useStepUp();
  const me = trpc.desk.me.useQuery({});
  const { reference, state, assigned } = view;
  const mine = assigned?.mine ?? false;
  // Whoever is the second of two does not take the case from the first.
  const decidedByAnother = view.recovery?.state === 'proposed';
  async function finished(said: string) {
    setDone((last) => ({ said, count: (last?.count ?? 0) + 1 }));
    await utils.caseDesk.invalidate();
  }
  return (
    <>
      {done && <SuccessBanner key={done.count}>{done.said}</SuccessBanner>}
      <PageHead
        title={intl.formatMessage(text.heading, { reference })}
        lede={view.subjectLine}
        tag={<Tag tone={stateTones[state]}>{intl.formatMessage(deskStateText[state])}</Tag>}
        back={<Link to="/cases">{intl.formatMessage(text.back)}</Link>}
      />
      {state !== 'closed' && !mine && !decidedByAnother && (
        <div>
          <Button
            look="primary"
            pending={take.isPending}
            onClick={() =>
              take.mutate(
                { reference },
                { onSuccess: () => finished(intl.formatMessage(text.taken)) },
              )
            }
          >
            {intl.formatMessage(text.take)}
          </Button>
          <p role="alert">{take.error && refusalSentence(take.error)}</p>
        </div>
      )}
      <RecoveryStanding view={view} />
      <CaseEnd view={view} />
      <Panel title={intl.formatMessage(text.facts)}>
        <Facts>
          {factsOf(intl, view).map(([name, value]) => (
            <Fact key={name.id} name={intl.formatMessage(name)} value={value} />
          ))}
        </Facts>
      </Panel>
      <CaseMessages messages={view.messages} side="staff" />
      {state !== 'closed' && mine && (
        <>
          <Section title={intl.formatMessage(text.write)}>
            <WriteForm
              onWrite={async (words) => {
                await write.mutateAsync({ reference, text: words });
                await finished(intl.formatMessage(text.sent));
              }}
            />
          </Section>
          {!view.recovery && (
            <Section title={intl.formatMessage(text.decide)}>
              <DecideForm
                view={view}
                onDecide={async (wish) => {
                  await withStepUp('ordinary', () => decide.mutateAsync({ reference, ...wish }));
                  await finished(intl.formatMessage(text.decided));
                }}
              />
            </Section>
          )}
        </>
      )}
      {view.recovery && (
        <RecoveryActs
          view={view}
          recovery={view.recovery}
          mayPropose={me.data?.role === 'support'}
          onDone={finished}
        />
      )}
    </>
  );
}

function factsOf(intl: IntlShape, view: DeskCase) {
  const { assigned } = view;
  const about = aboutWords(intl, view.about);
  return [
    [text.customer, view.name],
    [text.email, view.email],
    [text.account, <code key="id">{view.subjectId}</code>],
    [text.kind, intl.formatMessage(caseKindText[view.kind])],
    about && [text.about, about],
    view.nowValue !== null && [text.now, view.nowValue],
    view.proposedValue !== null && [
      text.proposed,
      view.proposedValue || intl.formatMessage(text.nothing),
    ],
    [text.opened, formatDateTime(view.openedAt)],
    view.closedAt ? [text.closed, formatDateTime(view.closedAt)] : [text.due, dueWords(intl, view)],
    [text.worker, assigned ? workerOf(intl, assigned) : intl.formatMessage(text.nobody)],
  ].filter((fact) => !!fact) as [{ id: string; defaultMessage: string }, React.ReactNode][];
}

function workerOf(intl: IntlShape, { label, mine }: { label: string; mine: boolean }): string {
  return mine ? intl.formatMessage(text.you) : label;
}
