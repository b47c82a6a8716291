import { FormattedMessage, useIntl } from 'react-intl';
import { leaveView } from '../lib/leave-view.ts';
import { defineMessages } from '../lib/messages.ts';
import { refusalOf } from '../lib/refusal.ts';
import { refusalSentence } from '../lib/refusal-text.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Bar } from '../ui/notice.tsx';
import { Hidden } from '../ui/text.tsx';
import { clock, useSecondsLeft } from './seconds-left.ts';
import styles from './view-frame.module.css';

const text = defineMessages({
  label: { id: 'viewBar.label', defaultMessage: 'View by support' },
  who: {
    id: 'viewBar.who',
    defaultMessage: 'You ({label}) are viewing {name} as support · {ticket} · ends in {left}',
  },
  you: { id: 'viewBar.you', defaultMessage: 'support' },
  stop: { id: 'viewBar.stop', defaultMessage: 'Stop' },
  ask: { id: 'viewBar.ask', defaultMessage: 'Ask for 15 more minutes' },
  asked: {
    id: 'viewBar.asked',
    defaultMessage: 'Asked for 15 more minutes; the customer decides.',
  },
  approved: { id: 'viewBar.approved', defaultMessage: 'The customer gave 15 more minutes.' },
  declined: { id: 'viewBar.declined', defaultMessage: 'The customer gave no more time.' },
  minutes: {
    id: 'viewBar.minutes',
    defaultMessage: '{minutes, plural, one {One minute} other {# minutes}} left in this view.',
  },
});

type View = NonNullable<Outputs['support']['view']['view']>;

/** Said aloud when so many minutes are left, and not each second. */
const SAID_AT = [5, 1];

/** On every page of a viewed account: who looks at whom, for which case, how long, and the way out. */
export function ViewBar({ view }: { view: View }) {
  const intl = useIntl();
  const me = trpc.desk.me.useQuery({}, { staleTime: Number.POSITIVE_INFINITY });
  const seconds = useSecondsLeft(view.notAfter, leaveView);
  const utils = trpc.useUtils();
  const stop = trpc.support.stopView.useMutation({
    onSuccess: leaveView,
    onError: (error) => {
      if (['VIEW_ENDED', 'SIGNED_OUT'].includes(refusalOf(error) ?? '')) leaveView();
    },
  });
  const ask = trpc.support.askExtension.useMutation({
    onSettled: () => utils.support.view.invalidate(),
  });
  const said = SAID_AT.find((minutes) => seconds <= minutes * 60 && seconds > (minutes - 1) * 60);

  return (
    <div className={styles.bar}>
      <Bar
        tone="staff"
        label={intl.formatMessage(text.label)}
        action={
          <div className={styles.buttons}>
            {view.mayExtend && (
              <Button pending={ask.isPending} onClick={() => ask.mutate({})}>
                <FormattedMessage {...text.ask} />
              </Button>
            )}
            <Button pending={stop.isPending} onClick={() => stop.mutate({})}>
              <FormattedMessage {...text.stop} />
            </Button>
          </div>
        }
      >
        <FormattedMessage
          {...text.who}
          values={{
            label: me.data?.label ?? intl.formatMessage(text.you),
            name: <b key="name">{view.name || view.email}</b>,
            ticket: view.ticket,
            left: (
              <span key="left" className={styles.left}>
                {clock(seconds)}
              </span>
            ),
          }}
        />{' '}
        <span role="status">
          {view.extension !== 'none' && (
            <>
              {'· '}
              <FormattedMessage {...text[view.extension]} />
            </>
          )}
          {said !== undefined && (
            <Hidden>
              {' '}
              <FormattedMessage {...text.minutes} values={{ minutes: said }} />
            </Hidden>
          )}
        </span>{' '}
        <span role="alert">
          {(stop.isError && refusalSentence(stop.error)) ||
            (ask.isError && refusalSentence(ask.error))}
        </span>
      </Bar>
    </div>
  );
}
