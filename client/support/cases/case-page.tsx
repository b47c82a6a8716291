import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';
import { trpc } from '../../lib/trpc.ts';
import { AskedForFacts } from '../../requests/asked-for.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Fact } from '../../ui/facts.tsx';
import { Section } from '../../ui/panel.tsx';
import { OwnRecovery } from '../lost-factors/own-recovery.tsx';
import { AnswerCorrection, waitsForYes } from './answer-correction.tsx';
import { CaseFacts, CaseHead, CasePending, useDone } from './case-parts.tsx';
import { type OwnCase, ownStateText } from './case-text.ts';
import { CaseEnd } from './decision.tsx';
import { CaseMessages } from './messages.tsx';
import { WriteForm } from './write-form.tsx';

const text = defineMessages({
  back: { id: 'ownCase.back', defaultMessage: 'Cases' },
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
  const { reference = '' } = useParams({ strict: false });
  const found = trpc.cases.get.useQuery({ reference });
  if (!found.data) return <CasePending found={found} back={<Back />} />;
  return <Case view={found.data} />;
}

function Back() {
  return <Link to="/cases">{useIntl().formatMessage(text.back)}</Link>;
}

function Case({ view }: { view: OwnCase }) {
  const intl = useIntl();
  const utils = trpc.useUtils();
  const { banner, finished } = useDone(() => utils.cases.invalidate());
  const write = trpc.cases.write.useMutation();
  const { reference, state } = view;
  const request = view.requestReference;
  /** What waited for the person here does not wait on the overview and under Requests either. */
  const answered = async (said: string) => {
    await Promise.all([utils.overview.state.invalidate(), utils.requests.invalidate()]);
    await finished(said);
  };
  return (
    <>
      {banner}
      <CaseHead view={view} state={intl.formatMessage(ownStateText[state])} back={<Back />} />
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
      <AnswerCorrection view={view} onDone={answered} />
      <CaseMessages messages={view.messages} side="customer" unproved={view.recovery !== null} />
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
      <CaseFacts
        view={view}
        worker={view.workedOnBy}
        more={
          <>
            {view.askedFor && (
              <AskedForFacts
                askedFor={view.askedFor}
                entry={null}
                ended={state === 'closed'}
                inCase
              />
            )}
            {request && (
              <Fact
                name={intl.formatMessage(text.request)}
                value={
                  <Link to="/requests/$reference" params={{ reference: request }}>
                    {request}
                  </Link>
                }
              />
            )}
          </>
        }
      />
      {state !== 'closed' && !view.recovery && !waitsForYes(view) && (
        <Withdraw
          reference={reference}
          onDone={() => finished(intl.formatMessage(text.withdrawn))}
        />
      )}
    </>
  );
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
