import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { formatTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { refusalSentence } from '../lib/refusal-text.ts';
import { trpc, WATCHING } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Bar } from '../ui/notice.tsx';
import { Row } from '../ui/text.tsx';
import { type OpenView, useViewActs } from './view-acts.ts';

const text = defineMessages({
  label: { id: 'supportBar.label', defaultMessage: 'Support is viewing your account' },
  said: {
    id: 'supportBar.said',
    defaultMessage: '{who} is viewing your account until {until}. <link>See what</link>',
  },
  asks: {
    id: 'supportBar.asks',
    defaultMessage: '{who} asks for 15 more minutes. <link>Read why</link>',
  },
  end: { id: 'supportBar.end', defaultMessage: 'End now' },
});

const LOOK_MS = 10_000;

/** On every page while somebody of support views the account: who, until when, and the way to end it. */
export function SupportBars() {
  const open = trpc.supportViews.open.useQuery(
    {},
    { staleTime: 0, refetchInterval: LOOK_MS, retry: false, trpc: WATCHING },
  );
  const utils = trpc.useUtils();
  const seen = open.data?.map(({ id, notAfter, extension }) => `${id} ${notAfter} ${extension}`);
  const state = seen?.join();
  const before = useRef(state);
  useEffect(() => {
    // What the pages show of views, and of who looked, is older than this.
    if (before.current !== undefined && before.current !== state) {
      void utils.supportViews.list.invalidate();
      void utils.audit.log.invalidate();
      void utils.overview.state.invalidate();
      void utils.auth.me.invalidate();
    }
    before.current = state;
  }, [state, utils]);
  return (
    <div role="status">
      {open.data?.map((view) => (
        <OneBar key={view.id} view={view} />
      ))}
    </div>
  );
}

function OneBar({ view }: { view: OpenView }) {
  const intl = useIntl();
  const { end } = useViewActs();
  const { id, who, notAfter, extension } = view;
  const link = (words: React.ReactNode[]) => (
    <Link key="link" to="/who-looked" hash="support-views">
      {words}
    </Link>
  );
  return (
    <Bar
      tone="staff"
      label={intl.formatMessage(text.label)}
      action={
        <Row>
          <Button pending={end.isPending} onClick={() => end.mutate({ id })}>
            <FormattedMessage {...text.end} />
          </Button>
        </Row>
      }
    >
      <FormattedMessage
        {...text.said}
        values={{ who: <b key="who">{who}</b>, until: formatTime(notAfter), link }}
      />{' '}
      {extension === 'asked' && <FormattedMessage {...text.asks} values={{ who, link }} />}{' '}
      <span role="alert">{end.isError && refusalSentence(end.error)}</span>
    </Bar>
  );
}
