import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { type IntlShape, useIntl } from 'react-intl';
import { formatDateTime } from '../../lib/format.ts';
import { defineMessages } from '../../lib/messages.ts';
import { trpc } from '../../lib/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Loading } from '../../ui/loading.tsx';
import { SuccessBanner } from '../../ui/notice.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel, Section } from '../../ui/panel.tsx';
import { Tag } from '../../ui/tag.tsx';
import { OwnRecovery } from '../lost-factors/own-recovery.tsx';
import {
  aboutWords,
  caseKindText,
  dueWords,
  type OwnCase,
  ownStateText,
  stateTones,
} from './case-text.ts';
import { CaseEnd } from './decision.tsx';
import { CaseMessages } from './messages.tsx';
import { WriteForm } from './write-form.tsx';

const text = defineMessages({
  title: { id: 'ownCase.title', defaultMessage: 'Case' },
  heading: { id: 'ownCase.heading', defaultMessage: 'Case {reference}' },
  back: { id: 'ownCase.back', defaultMessage: 'Cases' },
  facts: { id: 'ownCase.facts', defaultMessage: 'About this case' },
  kind: { id: 'ownCase.kind', defaultMessage: 'Kind' },
  about: { id: 'ownCase.about', defaultMessage: 'About' },
  proposed: { id: 'ownCase.proposed', defaultMessage: 'What it should say' },
  nothing: { id: 'ownCase.nothing', defaultMessage: 'Nothing at all' },
  opened: { id: 'ownCase.opened', defaultMessage: 'Opened' },
  due: { id: 'ownCase.due', defaultMessage: 'Answer' },
  closed: { id: 'ownCase.closed', defaultMessage: 'Closed' },
  worker: { id: 'ownCase.worker', defaultMessage: 'Worked on by' },
  nobody: { id: 'ownCase.nobody', defaultMessage: 'Nobody yet' },
  request: { id: 'ownCase.request', defaultMessage: 'Request' },
  write: { id: 'ownCase.write', defaultMessage: 'Write to us' },
  sent: { id: 'ownCase.sent', defaultMessage: 'Your message is in the case.' },
  withdraw: { id: 'ownCase.withdraw', defaultMessage: 'Take the case back' },
  withdrawSure: { id: 'ownCase.withdrawSure', defaultMessage: 'Take this case back?' },
  withdrawText: {
    id: 'ownCase.withdrawText',
    defaultMessage:
      'We stop working on it and decide nothing. What was written stays here to read. You can open another case at any time.',
  },
  stopped: {
    id: 'ownCase.stopped',
    defaultMessage: 'It is stopped. Now set a new password: whoever asked knows yours.',
  },
  withdrawn: { id: 'ownCase.withdrawn', defaultMessage: 'The case was taken back.' },
  keep: { id: 'ownCase.keep', defaultMessage: 'Keep it' },
});

/** One case of the person: what was written, where it stands, how it ended. */
export default function CasePage() {
  const intl = useIntl();
  const { reference = '' } = useParams({ strict: false });
  const found = trpc.cases.get.useQuery({ reference });
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

function Case({ view }: { view: OwnCase }) {
  const intl = useIntl();
  const utils = trpc.useUtils();
  const [done, setDone] = useState<{ said: string; count: number } | null>(null);
  const write = trpc.cases.write.useMutation();
  const { reference, state } = view;
  async function finished(said: string) {
    setDone((last) => ({ said, count: (last?.count ?? 0) + 1 }));
    await utils.cases.invalidate();
  }
  return (
    <>
      {done && <SuccessBanner key={done.count}>{done.said}</SuccessBanner>}
      <PageHead
        title={intl.formatMessage(text.heading, { reference })}
        lede={view.subjectLine}
        tag={<Tag tone={stateTones[state]}>{intl.formatMessage(ownStateText[state])}</Tag>}
        back={<Link to="/cases">{intl.formatMessage(text.back)}</Link>}
      />
      {view.recovery && (
        <OwnRecovery
          recovery={view.recovery}
          onStopped={async () => {
            await utils.auth.me.invalidate();
            await finished(intl.formatMessage(text.stopped));
          }}
        />
      )}
      <CaseEnd view={view} />
      <CaseMessages messages={view.messages} side="customer" />
      {state !== 'closed' && (
        <Section title={intl.formatMessage(text.write)}>
          <WriteForm
            onWrite={async (words) => {
              await write.mutateAsync({ reference, text: words });
              await finished(intl.formatMessage(text.sent));
            }}
          />
        </Section>
      )}
      <Panel title={intl.formatMessage(text.facts)}>
        <Facts>
          {factsOf(intl, view).map(([name, value]) => (
            <Fact key={name.id} name={intl.formatMessage(name)} value={value} />
          ))}
        </Facts>
      </Panel>
      {state !== 'closed' && !view.recovery && (
        <Withdraw
          reference={reference}
          onDone={() => finished(intl.formatMessage(text.withdrawn))}
        />
      )}
    </>
  );
}

function factsOf(intl: IntlShape, view: OwnCase) {
  const about = aboutWords(intl, view.about);
  const request = view.requestReference;
  return [
    [text.kind, intl.formatMessage(caseKindText[view.kind])],
    about && [text.about, about],
    view.proposedValue !== null && [
      text.proposed,
      view.proposedValue || intl.formatMessage(text.nothing),
    ],
    [text.opened, formatDateTime(view.openedAt)],
    view.closedAt ? [text.closed, formatDateTime(view.closedAt)] : [text.due, dueWords(intl, view)],
    [text.worker, view.workedOnBy ?? intl.formatMessage(text.nobody)],
    request && [
      text.request,
      <Link key="request" to="/requests/$reference" params={{ reference: request }}>
        {request}
      </Link>,
    ],
  ].filter((fact) => !!fact) as [{ id: string; defaultMessage: string }, React.ReactNode][];
}

function Withdraw({ reference, onDone }: { reference: string; onDone: () => Promise<void> }) {
  const intl = useIntl();
  const [asking, setAsking] = useState(false);
  const withdraw = trpc.cases.withdraw.useMutation();
  return (
    <div>
      <Button look="quiet" onClick={() => setAsking(true)}>
        {intl.formatMessage(text.withdraw)}
      </Button>
      {asking && (
        <ConfirmDialog
          title={intl.formatMessage(text.withdrawSure)}
          confirm={intl.formatMessage(text.withdraw)}
          closeLabel={intl.formatMessage(text.keep)}
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await withdraw.mutateAsync({ reference });
            await onDone();
          }}
        >
          <p>{intl.formatMessage(text.withdrawText)}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}
