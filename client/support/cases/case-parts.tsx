import { type ReactNode, useState } from 'react';
import { useIntl } from 'react-intl';
import { dueWords } from '../../lib/due-words.ts';
import { formatDateTime } from '../../lib/format.ts';
import { defineMessages } from '../../lib/messages.ts';
import { namesNothing } from '../../lib/refusal.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Loading } from '../../ui/loading.tsx';
import { NotFound } from '../../ui/not-found.tsx';
import { SuccessBanner } from '../../ui/notice.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Tag } from '../../ui/tag.tsx';
import {
  aboutValueWords,
  aboutWords,
  type CaseView,
  caseKindText,
  stateTones,
} from './case-text.ts';

const text = defineMessages({
  title: { id: 'case.title', defaultMessage: 'Case' },
  heading: { id: 'case.heading', defaultMessage: 'Case {reference}' },
  facts: { id: 'case.facts', defaultMessage: 'About this case' },
  kind: { id: 'case.kind', defaultMessage: 'Kind' },
  about: { id: 'case.about', defaultMessage: 'About' },
  now: { id: 'case.now', defaultMessage: 'It says now' },
  before: { id: 'case.before', defaultMessage: 'It said before' },
  proposed: { id: 'case.proposed', defaultMessage: 'It should say' },
  proposedThen: { id: 'case.proposedThen', defaultMessage: 'It should have said' },
  corrected: { id: 'case.corrected', defaultMessage: 'It was corrected to' },
  opened: { id: 'case.opened', defaultMessage: 'Opened' },
  due: { id: 'case.due', defaultMessage: 'Answer' },
  closed: { id: 'case.closed', defaultMessage: 'Closed' },
  worker: { id: 'case.worker', defaultMessage: 'Worked on by' },
  nobody: { id: 'case.nobody', defaultMessage: 'Nobody yet' },
});

/** What was done last on the page, said anew each time, also when it is the same. */
export function useDone(refresh: () => Promise<unknown>) {
  const [done, setDone] = useState<{ said: string; count: number } | null>(null);
  return {
    banner: done && <SuccessBanner key={done.count}>{done.said}</SuccessBanner>,
    async finished(said: string) {
      setDone((last) => ({ said, count: (last?.count ?? 0) + 1 }));
      await refresh();
    },
  };
}

/** A case that is not there yet, or cannot be read. */
export function CasePending({
  found,
  back,
}: {
  found: Pick<Parameters<typeof ErrorState>[0], 'error'> & { refetch: () => unknown };
  back: ReactNode;
}) {
  const intl = useIntl();
  if (namesNothing(found.error)) return <NotFound />;
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} back={back} />
      {found.error ? (
        <ErrorState error={found.error} onRetry={() => found.refetch()} />
      ) : (
        <Loading lines={6} />
      )}
    </>
  );
}

/** Its reference, what it is about, whose turn it is. */
export function CaseHead({
  view,
  state,
  back,
}: {
  view: CaseView;
  state: string;
  back: ReactNode;
}) {
  const intl = useIntl();
  return (
    <PageHead
      title={intl.formatMessage(text.heading, { reference: view.reference })}
      lede={view.subjectLine ?? intl.formatMessage(caseKindText[view.kind])}
      tag={<Tag tone={stateTones[view.state]}>{state}</Tag>}
      back={back}
    />
  );
}

/** Facts of a case that both sides read; `who` and `more` are what one side alone does. */
export function CaseFacts({
  view,
  worker,
  who,
  more,
}: {
  view: CaseView;
  worker: string | null;
  who?: ReactNode;
  more?: ReactNode;
}) {
  const intl = useIntl();
  const about = aboutWords(intl, view.about);
  return (
    <Panel title={intl.formatMessage(text.facts)}>
      <Facts>
        {who}
        <Fact
          name={intl.formatMessage(text.kind)}
          value={intl.formatMessage(caseKindText[view.kind])}
        />
        {about && <Fact name={intl.formatMessage(text.about)} value={about} />}
        <FromTo view={view} />
        <Fact name={intl.formatMessage(text.opened)} value={formatDateTime(view.openedAt)} />
        {view.closedAt ? (
          <Fact name={intl.formatMessage(text.closed)} value={formatDateTime(view.closedAt)} />
        ) : (
          <Fact name={intl.formatMessage(text.due)} value={dueWords(intl, view)} />
        )}
        <Fact
          name={intl.formatMessage(text.worker)}
          value={worker ?? intl.formatMessage(text.nobody)}
        />
        {more}
      </Facts>
    </Panel>
  );
}

/** Of a correction: what the field says and should say; once it was corrected, what it said before. */
function FromTo({
  view: { about, closedAt, nowValue, beforeValue, proposedValue },
}: {
  view: CaseView;
}) {
  const intl = useIntl();
  const words = (value: string) => aboutValueWords(intl, about, value);
  const to = beforeValue !== null ? text.corrected : closedAt ? text.proposedThen : text.proposed;
  return (
    <>
      {nowValue !== null && <Fact name={intl.formatMessage(text.now)} value={words(nowValue)} />}
      {beforeValue !== null && (
        <Fact name={intl.formatMessage(text.before)} value={words(beforeValue)} />
      )}
      {proposedValue !== null && (
        <Fact name={intl.formatMessage(to)} value={words(proposedValue)} />
      )}
    </>
  );
}
