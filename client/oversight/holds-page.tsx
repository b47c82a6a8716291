import { useState } from 'react';
import { FormattedMessage, type MessageDescriptor, useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { type Inputs, trpc } from '../lib/trpc.ts';
import { LinkButton } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Section } from '../ui/panel.tsx';
import { HoldPanel } from './hold-panel.tsx';

const text = defineMessages({
  title: { id: 'holds.title', defaultMessage: 'Legal holds' },
  lede: {
    id: 'holds.lede',
    defaultMessage:
      'What may not be deleted yet: entries of one table or single fields of them, for a reason that law knows, with an end. One person proposes, another approves; releasing takes two as well. The customer is told, unless an authority forbids it until a later day.',
  },
  place: { id: 'holds.place', defaultMessage: 'Propose a hold' },
  waiting: { id: 'holds.waiting', defaultMessage: 'Waiting for a second person' },
  open: { id: 'holds.open', defaultMessage: 'In force' },
  past: { id: 'holds.past', defaultMessage: 'Past' },
  none: { id: 'holds.none', defaultMessage: 'None' },
  noneWaiting: {
    id: 'holds.noneWaiting',
    defaultMessage: 'Proposals, and releases that were asked for, wait here for an answer.',
  },
  noneOpen: { id: 'holds.noneOpen', defaultMessage: 'Nothing is kept from being deleted.' },
  nonePast: {
    id: 'holds.nonePast',
    defaultMessage: 'Holds that ended, or were not approved, are listed here for two years.',
  },
});

type State = Inputs['oversight']['holds']['state'];
const emptyText: Record<State, MessageDescriptor> = {
  waiting: text.noneWaiting,
  open: text.noneOpen,
  past: text.nonePast,
};

/** Every hold, by where it stands. */
export default function HoldsPage() {
  const intl = useIntl();
  const me = trpc.desk.me.useQuery({}, { enabled: false });
  const [done, setDone] = useState<string | null>(null);
  return (
    <>
      {done && <SuccessBanner key={done}>{done}</SuccessBanner>}
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      {me.data?.role === 'officer' && (
        <div>
          <LinkButton to="/holds/propose" look="primary">
            <FormattedMessage {...text.place} />
          </LinkButton>
        </div>
      )}
      {(['waiting', 'open', 'past'] as const).map((state) => (
        <Holds key={state} state={state} onDone={setDone} />
      ))}
    </>
  );
}

function Holds({ state, onDone }: { state: State; onDone: (words: string) => void }) {
  const intl = useIntl();
  const list = trpc.oversight.holds.useQuery({ state });
  return (
    <Section title={intl.formatMessage(text[state])}>
      {list.isPending && <Loading lines={4} />}
      {list.isError && <ErrorState error={list.error} onRetry={() => list.refetch()} />}
      {list.data?.holds.length === 0 && (
        <EmptyState title={intl.formatMessage(text.none)}>
          {intl.formatMessage(emptyText[state])}
        </EmptyState>
      )}
      {list.data?.holds.map((hold) => (
        <HoldPanel key={hold.id} hold={hold} onDone={onDone} />
      ))}
    </Section>
  );
}
