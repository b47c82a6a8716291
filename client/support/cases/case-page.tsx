import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';
import { trpc } from '../../lib/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Fact } from '../../ui/facts.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Section } from '../../ui/panel.tsx';
import { OwnRecovery } from '../lost-factors/own-recovery.tsx';
import { CaseFacts, CaseHead, CasePending, useDone } from './case-parts.tsx';
import { type OwnCase, ownStateText } from './case-text.ts';
import { CaseEnd } from './decision.tsx';
import { CaseMessages } from './messages.tsx';
import { WriteForm } from './write-form.tsx';

const text = defineMessages({
  back: { id: 'ownCase.back', defaultMessage: 'Cases' },
  inYourName: {
    id: 'ownCase.inYourName',
    defaultMessage: 'Support asks for this correction in your name',
  },
  inYourNameText: {
    id: 'ownCase.inYourNameText',
    defaultMessage:
      'Nothing is corrected before you have answered. Write whether it is right, or take the case back.',
  },
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
      {waitsForConsent(view) && (
        <Notice title={intl.formatMessage(text.inYourName)}>
          <p>{intl.formatMessage(text.inYourNameText)}</p>
        </Notice>
      )}
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
          request && (
            <Fact
              name={intl.formatMessage(text.request)}
              value={
                <Link to="/requests/$reference" params={{ reference: request }}>
                  {request}
                </Link>
              }
            />
          )
        }
      />
      {state !== 'closed' && !view.recovery && (
        <Withdraw
          reference={reference}
          onDone={() => finished(intl.formatMessage(text.withdrawn))}
        />
      )}
    </>
  );
}

/** A correction that support asked for, of which the customer has said nothing yet. */
function waitsForConsent({ kind, state, messages }: OwnCase): boolean {
  const answered = messages.some(({ author }) => author === 'customer');
  return kind === 'correction' && state !== 'closed' && !answered;
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
