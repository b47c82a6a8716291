import { useState } from 'react';
import { FormattedMessage, type MessageDescriptor, useIntl } from 'react-intl';
import { serverNow } from '../lib/contact.ts';
import { formatDay } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { uiText } from '../ui/messages.ts';
import { Row, Small } from '../ui/text.tsx';
import styles from './hold-acts.module.css';
import type { HoldView } from './oversight-text.ts';

const text = defineMessages({
  approve: { id: 'holdAct.approve', defaultMessage: 'Approve the hold' },
  approveText: {
    id: 'holdAct.approveText',
    defaultMessage:
      '{some, select, true {From now on these fields are kept until the hold ends; their entries are deleted on their day.} other {From now on, nothing of it is deleted until the hold ends.}} {day, select, now {The customer is told at once.} other {The customer is told on {day}.}}',
  },
  dialog: { id: 'holdAct.dialog', defaultMessage: '{act}, {reference}: {title}' },
  approved: { id: 'holdAct.approved', defaultMessage: 'The hold {reference} is in force.' },
  decline: { id: 'holdAct.decline', defaultMessage: 'Do not approve' },
  withdraw: { id: 'holdAct.withdraw', defaultMessage: 'Take the proposal back' },
  declineText: {
    id: 'holdAct.declineText',
    defaultMessage: 'The proposal ends. It kept nothing, and keeps nothing.',
  },
  declined: { id: 'holdAct.declined', defaultMessage: 'The proposal {reference} has ended.' },
  ask: { id: 'holdAct.ask', defaultMessage: 'Ask for its release' },
  askText: {
    id: 'holdAct.askText',
    defaultMessage: 'The hold stays in force until another person agrees.',
  },
  asked: {
    id: 'holdAct.asked',
    defaultMessage: 'Another person has to agree to the release of {reference}.',
  },
  release: { id: 'holdAct.release', defaultMessage: 'Release the hold' },
  releaseText: {
    id: 'holdAct.releaseText',
    defaultMessage:
      'What it kept is deleted as everything else is. A deletion that waits for it goes on at once, and cannot be taken back.{day, select, now {} other { The release lifts the authority’s bar as well, which stands until {day}: the customer is told at once that there was a hold, and sees in their log all that was done about it. Where the order forbids that still, keep the hold.}}',
  },
  released: { id: 'holdAct.released', defaultMessage: 'The hold {reference} is released.' },
  keep: { id: 'holdAct.keep', defaultMessage: 'Keep it in force' },
  keepText: {
    id: 'holdAct.keepText',
    defaultMessage: 'The release is not asked for any longer; the hold stands until its end.',
  },
  takeBack: { id: 'holdAct.takeBack', defaultMessage: 'Take the release back' },
  kept: { id: 'holdAct.kept', defaultMessage: 'The hold {reference} stays in force.' },
  second: {
    id: 'holdAct.second',
    defaultMessage: 'It waits for somebody else: nobody answers what they asked for themselves.',
  },
});

type Act = {
  label: MessageDescriptor;
  about: MessageDescriptor;
  done: MessageDescriptor;
  primary?: boolean;
  danger?: boolean;
  run: () => Promise<unknown>;
};

/** What may be done with a hold now, by whoever is at the desk. */
export function HoldActs({ hold, onDone }: { hold: HoldView; onDone: (words: string) => void }) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const utils = trpc.useUtils();
  const [chosen, setChosen] = useState<Act | null>(null);
  const { acts, waits } = useActs(hold);
  if (acts.length === 0 && !waits) return null;
  return (
    <div className={styles.foot}>
      {waits && (
        <Small>
          <FormattedMessage {...text.second} />
        </Small>
      )}
      <Row>
        {acts.map((act) => (
          <Button
            key={act.label.id}
            look={act.primary ? 'primary' : 'plain'}
            hiddenName={hold.reference}
            onClick={() => setChosen(act)}
          >
            {intl.formatMessage(act.label)}
          </Button>
        ))}
      </Row>
      {chosen && (
        <ConfirmDialog
          title={intl.formatMessage(text.dialog, {
            act: intl.formatMessage(chosen.label),
            reference: hold.reference,
            title: hold.title,
          })}
          confirm={intl.formatMessage(chosen.label)}
          danger={chosen.danger ?? false}
          closeLabel={intl.formatMessage(uiText.back)}
          onClose={() => setChosen(null)}
          onConfirm={async () => {
            try {
              await withStepUp('ordinary', chosen.run);
            } finally {
              // Also where somebody was quicker: then the page shows what they did.
              await utils.oversight.invalidate();
            }
            onDone(intl.formatMessage(chosen.done, { reference: hold.reference }));
          }}
        >
          <p>
            {intl.formatMessage(chosen.about, {
              some: hold.fields.length > 0,
              day:
                hold.noticeFrom && Date.parse(hold.noticeFrom) > serverNow()
                  ? formatDay(hold.noticeFrom)
                  : 'now',
            })}
          </p>
        </ConfirmDialog>
      )}
    </div>
  );
}

function useActs({ id, state, placed, releaseAsked }: HoldView): { acts: Act[]; waits: boolean } {
  const me = trpc.desk.me.useQuery({}, { enabled: false });
  const answerHold = trpc.oversight.answerHold.useMutation();
  const askRelease = trpc.oversight.askRelease.useMutation();
  const answerRelease = trpc.oversight.answerRelease.useMutation();
  const answer = (approved: boolean) => ({
    id,
    answer: approved ? ('approved' as const) : ('declined' as const),
  });
  switch (state) {
    case 'proposed': {
      const decline: Act = {
        label: placed.byMe ? text.withdraw : text.decline,
        about: text.declineText,
        done: text.declined,
        run: () => answerHold.mutateAsync(answer(false)),
      };
      const approve: Act = {
        label: text.approve,
        about: text.approveText,
        done: text.approved,
        primary: true,
        run: () => answerHold.mutateAsync(answer(true)),
      };
      return { acts: placed.byMe ? [decline] : [approve, decline], waits: placed.byMe };
    }
    case 'active': {
      const ask: Act = {
        label: text.ask,
        about: text.askText,
        done: text.asked,
        run: () => askRelease.mutateAsync({ id }),
      };
      return { acts: me.data?.role === 'officer' ? [ask] : [], waits: false };
    }
    case 'release_asked': {
      const mine = releaseAsked?.byMe ?? false;
      const keep: Act = {
        label: mine ? text.takeBack : text.keep,
        about: text.keepText,
        done: text.kept,
        run: () => answerRelease.mutateAsync(answer(false)),
      };
      const release: Act = {
        label: text.release,
        about: text.releaseText,
        done: text.released,
        primary: true,
        danger: true,
        run: () => answerRelease.mutateAsync(answer(true)),
      };
      return { acts: mine ? [keep] : [release, keep], waits: mine };
    }
    default:
      return { acts: [], waits: false };
  }
}
