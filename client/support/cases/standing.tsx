import { useIntl } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';
import { refusalSentence } from '../../lib/refusal-text.ts';
import { trpc } from '../../lib/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { DeskCase } from './case-text.ts';
import { GiveBack } from './give-back.tsx';

const text = defineMessages({
  take: { id: 'caseStanding.take', defaultMessage: 'Take the case' },
  taken: { id: 'caseStanding.taken', defaultMessage: 'The case is yours.' },
  disputed: {
    id: 'caseStanding.disputed',
    defaultMessage: 'This case disputes something that you did',
  },
  disputedText: {
    id: 'caseStanding.disputedText',
    defaultMessage: 'You cannot take it, write in it or decide it. A colleague or an officer does.',
  },
  ofAnother: {
    id: 'caseStanding.ofAnother',
    defaultMessage: '{who} works on this case. Only an officer can take it over.',
  },
  opened: {
    id: 'caseStanding.opened',
    defaultMessage: 'You opened this correction; somebody else grants it',
  },
  openedText: {
    id: 'caseStanding.openedText',
    defaultMessage:
      'A colleague or an officer takes the case and decides. You need it again only to write to the customer, or to refuse the correction.',
  },
  giveBackText: {
    id: 'caseStanding.giveBackText',
    defaultMessage:
      'Give the case back: a colleague or an officer takes it then and decides. You can still write to the customer first, or refuse the correction.',
  },
});

/** Nothing but giving it back leads on: it could be granted now, and not by whoever has it. */
export function needsAnother({ state, assigned, notGranted, askedFor }: DeskCase): boolean {
  const unanswered = askedFor !== null && askedFor.answer === null;
  const mine = assigned?.mine ?? false;
  return state !== 'closed' && mine && notGranted === 'FOUR_EYES_NEEDED' && !unanswered;
}

type Props = { view: DeskCase; onDone: (said: string) => Promise<void> };

/** How whoever looks stands to an open case: theirs to take, to give back, or not theirs, and why. */
export function Standing({ view, onDone }: Props) {
  const intl = useIntl();
  const { reference, state, assigned, notTaken, notGranted, recovery } = view;
  if (needsAnother(view))
    return (
      <Notice
        tone="warn"
        title={intl.formatMessage(text.opened)}
        actions={<GiveBack reference={reference} look="primary" onDone={onDone} />}
      >
        <p>{intl.formatMessage(text.giveBackText)}</p>
      </Notice>
    );
  // Whoever is the second of two decides without taking the case from the first.
  if (state === 'closed' || assigned?.mine || recovery?.state === 'proposed') return null;
  switch (notTaken) {
    case 'OWN_ACT_DISPUTED':
      return (
        <Notice tone="warn" title={intl.formatMessage(text.disputed)}>
          <p>{intl.formatMessage(text.disputedText)}</p>
        </Notice>
      );
    case 'CASE_TAKEN':
      return <p>{intl.formatMessage(text.ofAnother, { who: assigned?.label })}</p>;
    // What waits for support first says so itself, where it is agreed to.
    case 'NOT_ALLOWED':
      return null;
    case null:
      return notGranted === 'FOUR_EYES_NEEDED' ? (
        <Notice
          title={intl.formatMessage(text.opened)}
          actions={<Take reference={reference} look="plain" onDone={onDone} />}
        >
          <p>{intl.formatMessage(text.openedText)}</p>
        </Notice>
      ) : (
        <Take reference={reference} look="primary" onDone={onDone} />
      );
  }
}

function Take({
  reference,
  look,
  onDone,
}: Pick<Props, 'onDone'> & { reference: string; look: 'primary' | 'plain' }) {
  const intl = useIntl();
  const take = trpc.caseDesk.take.useMutation();
  return (
    <div>
      <Button
        look={look}
        pending={take.isPending}
        onClick={() =>
          take.mutate({ reference }, { onSuccess: () => onDone(intl.formatMessage(text.taken)) })
        }
      >
        {intl.formatMessage(text.take)}
      </Button>
      <p role="alert">{take.error && refusalSentence(take.error)}</p>
    </div>
  );
}
