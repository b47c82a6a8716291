import { useEffect, useRef } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { basepaths } from '../lib/door.ts';
import { defineMessages } from '../lib/messages.ts';
import { refusalSentence } from '../lib/refusal-text.ts';
import { type Outputs, trpc, WATCHING } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Bar } from '../ui/notice.tsx';
import { clock, useSecondsLeft } from './seconds-left.ts';
import styles from './view-frame.module.css';

const text = defineMessages({
  label: { id: 'deskViewBar.label', defaultMessage: 'View by support' },
  said: {
    id: 'deskViewBar.said',
    defaultMessage:
      'You are viewing {name} as support · {ticket} · ends in {left} · <back>Go to the view</back>',
  },
  stop: { id: 'deskViewBar.stop', defaultMessage: 'Stop' },
});

type View = NonNullable<Outputs['support']['view']['view']>;

const LOOK_MS = 5_000;

/** On the other pages of the console while a view is open: the account stays open until somebody ends it. */
export function DeskViewBar() {
  const utils = trpc.useUtils();
  const running = trpc.support.view.useQuery(
    {},
    { staleTime: 0, refetchInterval: LOOK_MS, retry: false, trpc: WATCHING },
  );
  const view = running.data?.view;
  const before = useRef(view?.grantId);
  useEffect(() => {
    // What the pages show of the agent's views is older than this.
    if (before.current !== view?.grantId) void utils.support.recentViews.invalidate();
    before.current = view?.grantId;
  }, [view?.grantId, utils]);
  return view ? <OpenBar view={view} /> : null;
}

function OpenBar({ view: { name, email, ticket, notAfter } }: { view: View }) {
  const intl = useIntl();
  const utils = trpc.useUtils();
  const stop = trpc.support.stopView.useMutation({
    onSettled: () => utils.support.invalidate(),
  });
  const seconds = useSecondsLeft(notAfter, () => void utils.support.invalidate());
  return (
    <div className={styles.bar}>
      <Bar
        tone="staff"
        label={intl.formatMessage(text.label)}
        action={
          <Button pending={stop.isPending} onClick={() => stop.mutate({})}>
            <FormattedMessage {...text.stop} />
          </Button>
        }
      >
        <FormattedMessage
          {...text.said}
          values={{
            name: <b key="name">{name || email}</b>,
            ticket,
            left: (
              <span key="left" className={styles.left}>
                {clock(seconds)}
              </span>
            ),
            // Another document: the viewed account has its own.
            back: (words: React.ReactNode[]) => (
              <a key="back" href={basepaths.view}>
                {words}
              </a>
            ),
          }}
        />{' '}
        <span role="alert">{stop.isError && refusalSentence(stop.error)}</span>
      </Bar>
    </div>
  );
}
