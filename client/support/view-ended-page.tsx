import { useIntl } from 'react-intl';
import { serverNow } from '../lib/contact.ts';
import { formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { refusalOf } from '../lib/refusal.ts';
import { trpc } from '../lib/trpc.ts';
import { LinkButton } from '../ui/button.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Row } from '../ui/text.tsx';
import { RunningView } from './running-view.tsx';
import { SupportOnly } from './support-only.tsx';
import { agentEndText, type ViewEnd } from './support-text.ts';

const text = defineMessages({
  title: { id: 'viewEnded.title', defaultMessage: 'The view is over' },
  none: { id: 'viewEnded.none', defaultMessage: 'No view is open' },
  lastText: {
    id: 'viewEnded.lastText',
    defaultMessage: 'Your last one was for case {ticket} and ended on {when}. {how}.',
  },
  noneText: {
    id: 'viewEnded.noneText',
    defaultMessage: 'To view an account, look up the customer first.',
  },
  running: { id: 'viewEnded.running', defaultMessage: 'The view is still open' },
  gone: {
    id: 'viewEnded.gone',
    defaultMessage: '{how}. Nothing of the account is left in this browser tab.',
  },
  when: { id: 'viewEnded.when', defaultMessage: 'Case {ticket}, {when}.' },
  unknown: {
    id: 'viewEnded.unknown',
    defaultMessage: 'Its time was over, or what it rested on ended',
  },
  signIn: { id: 'viewEnded.signIn', defaultMessage: 'Sign in' },
  lookUp: { id: 'viewEnded.lookUp', defaultMessage: 'Look up a customer' },
  home: { id: 'viewEnded.home', defaultMessage: 'Go to the console' },
});

/** A view that ended longer ago is history: whoever comes here then had none open. */
const JUST_NOW_MS = 15 * 60_000;

/** How the last view ended, and the ways on; without one just now, that none is open. Also for whoever is not signed in any more. */
export default function ViewEndedPage() {
  const intl = useIntl();
  const views = trpc.support.recentViews.useQuery({}, { staleTime: 0 });
  const running = trpc.support.view.useQuery({}, { staleTime: 0 });

  if (views.isPending || running.isPending)
    return (
      <>
        <PageHead title={intl.formatMessage(text.title)} />
        <Loading />
      </>
    );
  if (views.isError || running.isError) {
    const code = refusalOf(views.error ?? running.error);
    if (code === 'NOT_ALLOWED') return <SupportOnly />;
    if (code !== 'SIGNED_OUT')
      return (
        <>
          <PageHead title={intl.formatMessage(text.title)} />
          <ErrorState error={views.error ?? running.error} onRetry={() => views.refetch()} />
        </>
      );
    return (
      <>
        <PageHead title={intl.formatMessage(text.title)} lede={sentences('staff_session_ended')} />
        <div>
          <LinkButton to="/sign-in" look="primary">
            {intl.formatMessage(text.signIn)}
          </LinkButton>
        </div>
      </>
    );
  }
  if (running.data.view) {
    return (
      <>
        <PageHead title={intl.formatMessage(text.running)} />
        <RunningView view={running.data.view} />
      </>
    );
  }
  const [last] = views.data.views;
  const ended = last && (last.endedAt ?? last.startedAt);
  const justNow = ended !== undefined && serverNow() - Date.parse(ended) < JUST_NOW_MS;
  return (
    <>
      <PageHead
        title={intl.formatMessage(justNow ? text.title : text.none)}
        lede={last && justNow ? sentences(last.endedBy) : intl.formatMessage(text.noneText)}
      />
      {last && ended && (
        <p>
          {intl.formatMessage(justNow ? text.when : text.lastText, {
            ticket: last.ticket,
            when: formatDateTime(ended),
            how: how(last.endedBy),
          })}
        </p>
      )}
      <Row>
        <LinkButton to="/look-up" look="primary">
          {intl.formatMessage(text.lookUp)}
        </LinkButton>
        <LinkButton to="/">{intl.formatMessage(text.home)}</LinkButton>
      </Row>
    </>
  );

  function sentences(end: ViewEnd | null): string {
    return intl.formatMessage(text.gone, { how: how(end) });
  }

  function how(end: ViewEnd | null): string {
    return intl.formatMessage(end ? agentEndText[end] : text.unknown);
  }
}
