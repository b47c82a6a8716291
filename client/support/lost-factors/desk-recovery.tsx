import { useIntl } from 'react-intl';
import { formatDateTime } from '../../lib/format.ts';
import { defineMessages } from '../../lib/messages.ts';
import { useStepUp } from '../../lib/step-up.tsx';
import { trpc } from '../../lib/trpc.ts';
import { Form } from '../../ui/form.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel, Section } from '../../ui/panel.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import type { DeskCase } from '../cases/case-text.ts';
import { RecoveryFacts } from './recovery-facts.tsx';
import type { Recovery } from './recovery-text.ts';

const text = defineMessages({
  title: { id: 'deskRecovery.title', defaultMessage: 'The new authenticator' },
  waits: { id: 'deskRecovery.waits', defaultMessage: 'Nobody can agree before {from}' },
  waitsText: {
    id: 'deskRecovery.waitsText',
    defaultMessage:
      'Until then whoever has the authenticator can stop it. The customer cannot sign in to read an answer here. You can refuse it at any time; never ask for a password or a code.',
  },
  reasonOf: { id: 'deskRecovery.reasonOf', defaultMessage: 'Why {who} agreed' },
  mine: { id: 'deskRecovery.mine', defaultMessage: 'You agreed; a second person has to' },
  mineText: {
    id: 'deskRecovery.mineText',
    defaultMessage:
      'A colleague or an officer finds the case in the queue and decides on the same page.',
  },
  take: { id: 'deskRecovery.take', defaultMessage: 'Take the case to agree as the first of two.' },
  supportFirst: {
    id: 'deskRecovery.supportFirst',
    defaultMessage: 'Somebody of support agrees first; then you can, as the second of two.',
  },
  propose: { id: 'deskRecovery.propose', defaultMessage: 'Agree, as the first of two' },
  reason: { id: 'deskRecovery.reason', defaultMessage: 'Reason' },
  reasonHint: {
    id: 'deskRecovery.reasonHint',
    defaultMessage:
      'What makes it certain that this is the customer. A colleague judges by it, and the customer reads it word for word.',
  },
  proposeSubmit: {
    id: 'deskRecovery.proposeSubmit',
    defaultMessage: 'Agree and ask a second person',
  },
  proposed: {
    id: 'deskRecovery.proposed',
    defaultMessage: 'You agreed. Nothing happens until a second person does.',
  },
  approve: { id: 'deskRecovery.approve', defaultMessage: 'Agree, as the second of two' },
  approveText: {
    id: 'deskRecovery.approveText',
    defaultMessage:
      'The customer is mailed a link that, with their password, adds a new authenticator and removes the old one. It works once, for a day.',
  },
  approveSubmit: { id: 'deskRecovery.approveSubmit', defaultMessage: 'Agree and mail the link' },
  approved: {
    id: 'deskRecovery.approved',
    defaultMessage: 'Two people agreed, and the link is on its way to the customer.',
  },
  refuse: { id: 'deskRecovery.refuse', defaultMessage: 'Refuse' },
  refuseHint: {
    id: 'deskRecovery.refuseHint',
    defaultMessage:
      'The customer reads this word for word, in the letter too: they cannot sign in to read it here.',
  },
  refuseSubmit: { id: 'deskRecovery.refuseSubmit', defaultMessage: 'Refuse the new authenticator' },
  refused: {
    id: 'deskRecovery.refused',
    defaultMessage: 'It is refused, and the customer was written to.',
  },
  noReason: {
    id: 'deskRecovery.noReason',
    defaultMessage: 'Give the reason in at least 20 characters.',
  },
});
const REASON = { min: 20, max: 2_000 };

type Props = {
  view: DeskCase;
  recovery: Recovery;
  /** Support alone agrees first. */
  mayPropose: boolean;
  onDone: (said: string) => Promise<void>;
};

/** How it stands, and what the first of two said: what whoever decides reads first. */
export function RecoveryStanding({ view: { recovery, proposal } }: { view: DeskCase }) {
  const intl = useIntl();
  if (!recovery) return null;
  return (
    <>
      {recovery.state === 'waiting' && (
        <Notice
          tone="warn"
          title={intl.formatMessage(text.waits, { from: formatDateTime(recovery.waitsUntil) })}
        >
          <p>{intl.formatMessage(text.waitsText)}</p>
        </Notice>
      )}
      <Panel title={intl.formatMessage(text.title)}>
        <RecoveryFacts recovery={recovery} />
      </Panel>
      {proposal && recovery.state === 'proposed' && (
        <Panel
          padded
          title={intl.formatMessage(text.reasonOf, { who: recovery.proposedLabel ?? '' })}
        >
          <p>{proposal.reason}</p>
        </Panel>
      )}
    </>
  );
}

/** What is open to whoever looks: to agree as the first or the second of two, or to refuse. */
export function RecoveryActs({ view, recovery: { state }, mayPropose, onDone }: Props) {
  const intl = useIntl();
  const { proposal, reference } = view;
  const mine = view.assigned?.mine ?? false;
  return (
    <>
      {state === 'decidable' && mayPropose && mine && (
        <Propose reference={reference} onDone={onDone} />
      )}
      {state === 'decidable' && !(mayPropose && mine) && (
        <p>{intl.formatMessage(mayPropose ? text.take : text.supportFirst)}</p>
      )}
      {state === 'proposed' && proposal?.mine && (
        <Notice title={intl.formatMessage(text.mine)}>
          <p>{intl.formatMessage(text.mineText)}</p>
        </Notice>
      )}
      {state === 'proposed' && !proposal?.mine && <Approve reference={reference} onDone={onDone} />}
      {state !== 'ended' && <Refuse reference={reference} onDone={onDone} />}
    </>
  );
}

type Act = Pick<Props, 'onDone'> & { reference: string };

function Propose({ reference, onDone }: Act) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const propose = trpc.lostFactorsDesk.propose.useMutation();
  return (
    <Section title={intl.formatMessage(text.propose)}>
      <Form
        label={intl.formatMessage(text.propose)}
        submit={intl.formatMessage(text.proposeSubmit)}
        check={({ reason = '' }) => ({
          reason: reason.trim().length < REASON.min && intl.formatMessage(text.noReason),
        })}
        onSubmit={async ({ reason = '' }) => {
          await withStepUp('ordinary', () => propose.mutateAsync({ reference, reason }));
          await onDone(intl.formatMessage(text.proposed));
        }}
      >
        <TextArea
          name="reason"
          label={intl.formatMessage(text.reason)}
          hint={intl.formatMessage(text.reasonHint)}
          {...REASON}
        />
      </Form>
    </Section>
  );
}

function Approve({ reference, onDone }: Act) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const approve = trpc.lostFactorsDesk.approve.useMutation();
  return (
    <Section title={intl.formatMessage(text.approve)}>
      <p>{intl.formatMessage(text.approveText)}</p>
      <Form
        label={intl.formatMessage(text.approve)}
        submit={intl.formatMessage(text.approveSubmit)}
        onSubmit={async () => {
          await withStepUp('ordinary', () => approve.mutateAsync({ reference }));
          await onDone(intl.formatMessage(text.approved));
        }}
      >
        {null}
      </Form>
    </Section>
  );
}

function Refuse({ reference, onDone }: Act) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const refuse = trpc.lostFactorsDesk.refuse.useMutation();
  return (
    <Section title={intl.formatMessage(text.refuse)}>
      <Form
        label={intl.formatMessage(text.refuse)}
        submit={intl.formatMessage(text.refuseSubmit)}
        submitLook="danger"
        check={({ refusal = '' }) => ({
          refusal: refusal.trim().length < REASON.min && intl.formatMessage(text.noReason),
        })}
        onSubmit={async ({ refusal = '' }) => {
          await withStepUp('ordinary', () => refuse.mutateAsync({ reference, reason: refusal }));
          await onDone(intl.formatMessage(text.refused));
        }}
      >
        <TextArea
          name="refusal"
          label={intl.formatMessage(text.reason)}
          hint={intl.formatMessage(text.refuseHint)}
          {...REASON}
        />
      </Form>
    </Section>
  );
}
