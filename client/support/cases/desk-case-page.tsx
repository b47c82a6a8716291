import { Link, useParams } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { formatDateTime } from '../../lib/format.ts';
import { defineMessages } from '../../lib/messages.ts';
import { useStepUp } from '../../lib/step-up.tsx';
import { trpc } from '../../lib/trpc.ts';
import { Fact } from '../../ui/facts.tsx';
import { Section } from '../../ui/panel.tsx';
import { RecoveryActs, RecoveryStanding } from '../lost-factors/desk-recovery.tsx';
import { CaseFacts, CaseHead, CasePending, useDone } from './case-parts.tsx';
import { type DeskCase, deskStateText } from './case-text.ts';
import { DecideForm } from './decide-form.tsx';
import { CaseEnd } from './decision.tsx';
import { GiveBack } from './give-back.tsx';
import { CaseMessages } from './messages.tsx';
import { needsAnother, Standing } from './standing.tsx';
import { WriteForm } from './write-form.tsx';

const text = defineMessages({
  back: { id: 'deskCase.back', defaultMessage: 'Cases' },
  customer: { id: 'deskCase.customer', defaultMessage: 'Customer' },
  email: { id: 'deskCase.email', defaultMessage: 'E-mail address' },
  account: { id: 'deskCase.account', defaultMessage: 'Account id' },
  askedBy: { id: 'deskCase.askedBy', defaultMessage: 'Asked for the customer by' },
  says: { id: 'deskCase.says', defaultMessage: 'Answer of the customer' },
  saysNothing: {
    id: 'deskCase.saysNothing',
    defaultMessage: 'None yet; without one it lapses on {when}',
  },
  said: {
    id: 'deskCase.said',
    defaultMessage:
      '{answer, select, confirmed {Confirmed} declined {Declined} other {None, lapsed}} on {when}',
  },
  you: { id: 'deskCase.you', defaultMessage: 'You' },
  unread: {
    id: 'deskCase.unread',
    defaultMessage: 'What was written is read by whoever works on the case.',
  },
  write: { id: 'deskCase.write', defaultMessage: 'Write to the customer' },
  sent: { id: 'deskCase.sent', defaultMessage: 'The customer is told that there is an answer.' },
  decide: { id: 'deskCase.decide', defaultMessage: 'Decide' },
  close: { id: 'deskCase.close', defaultMessage: 'Close the case' },
  decided: {
    id: 'deskCase.decided',
    defaultMessage: 'The case is decided, and the customer told.',
  },
});

/** One case as staff work on it; each time it is read stands in the customer's log. */
export default function DeskCasePage() {
  const { reference = '' } = useParams({ strict: false });
  const found = trpc.caseDesk.get.useQuery({ reference }, { refetchOnWindowFocus: false });
  if (!found.data) return <CasePending found={found} back={<Back />} />;
  return <Case view={found.data} />;
}

function Back() {
  return <Link to="/cases">{useIntl().formatMessage(text.back)}</Link>;
}

function Case({ view }: { view: DeskCase }) {
  const intl = useIntl();
  const utils = trpc.useUtils();
  const { banner, finished } = useDone(() => utils.caseDesk.invalidate());
  const write = trpc.caseDesk.write.useMutation();
  const decide = trpc.caseDesk.decide.useMutation();
  const withStepUp = useStepUp();
  const me = trpc.desk.me.useQuery({});
  const { reference, state, assigned } = view;
  const mine = assigned?.mine ?? false;
  return (
    <>
      {banner}
      <CaseHead view={view} state={intl.formatMessage(deskStateText[state])} back={<Back />} />
      <Standing view={view} onDone={finished} />
      <RecoveryStanding view={view} />
      <CaseEnd view={view} />
      <CaseFacts
        view={view}
        worker={mine ? intl.formatMessage(text.you) : (assigned?.label ?? null)}
        who={
          <>
            <Fact name={intl.formatMessage(text.customer)} value={view.name} />
            <Fact name={intl.formatMessage(text.email)} value={view.email} />
            <Fact name={intl.formatMessage(text.account)} value={<code>{view.subjectId}</code>} />
          </>
        }
        more={view.askedFor && <CustomerSays {...view.askedFor} />}
      />
      {view.messages ? (
        <CaseMessages messages={view.messages} side="staff" unproved={view.recovery !== null} />
      ) : (
        <p>{intl.formatMessage(text.unread)}</p>
      )}
      {state !== 'closed' && mine && !view.recovery && (
        <>
          <Section title={intl.formatMessage(text.write)}>
            <WriteForm
              onWrite={async (words) => {
                await write.mutateAsync({ reference, text: words });
                await finished(intl.formatMessage(text.sent));
              }}
            />
          </Section>
          <Section title={intl.formatMessage(view.kind === 'question' ? text.close : text.decide)}>
            <DecideForm
              view={view}
              onDecide={async (wish) => {
                await withStepUp('ordinary', () => decide.mutateAsync({ reference, ...wish }));
                await finished(intl.formatMessage(text.decided));
              }}
            />
          </Section>
        </>
      )}
      {state !== 'closed' && mine && !needsAnother(view) && (
        <GiveBack reference={reference} onDone={finished} />
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

/** Who asked for a correction in the customer's name, and what the customer said to it. */
function CustomerSays({ who, until, answer, answeredAt }: NonNullable<DeskCase['askedFor']>) {
  const intl = useIntl();
  return (
    <>
      <Fact name={intl.formatMessage(text.askedBy)} value={who} />
      <Fact
        name={intl.formatMessage(text.says)}
        value={
          answeredAt === null
            ? intl.formatMessage(text.saysNothing, { when: formatDateTime(until) })
            : intl.formatMessage(text.said, { answer, when: formatDateTime(answeredAt) })
        }
      />
    </>
  );
}
