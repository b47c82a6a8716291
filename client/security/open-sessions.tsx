import { useState } from 'react';
import { useIntl } from 'react-intl';
import { formatDateTime, formatRelative } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Panel } from '../ui/panel.tsx';
import { Tag } from '../ui/tag.tsx';
import { Row } from '../ui/text.tsx';
import { methodWords } from './method-words.ts';
import styles from './open-sessions.module.css';

const text = defineMessages({
  title: { id: 'sessions.title', defaultMessage: 'Where you are signed in' },
  count: {
    id: 'sessions.count',
    defaultMessage: '{count, plural, one {# session} other {# sessions}}',
  },
  list: { id: 'sessions.list', defaultMessage: 'Open sessions' },
  current: { id: 'sessions.current', defaultMessage: 'This browser' },
  recovery: { id: 'sessions.recovery', defaultMessage: 'With a recovery code' },
  about: {
    id: 'sessions.about',
    defaultMessage: 'Network {network}. Signed in on {since} with {how}, last active {seen}.',
  },
  end: { id: 'sessions.end', defaultMessage: 'End' },
  notMe: { id: 'sessions.notMe', defaultMessage: 'This wasn’t me' },
  endName: {
    id: 'sessions.endName',
    defaultMessage: 'the session on {device}, signed in on {since}',
  },
  endTitle: { id: 'sessions.endTitle', defaultMessage: 'End the session on {device}' },
  endText: {
    id: 'sessions.endText',
    defaultMessage:
      'It was opened on {since} from the network {network}. Whoever uses it is signed out at once.',
  },
  endConfirm: { id: 'sessions.endConfirm', defaultMessage: 'End session' },
  ended: { id: 'sessions.ended', defaultMessage: 'The session on {device} was ended.' },
  endOthers: { id: 'sessions.endOthers', defaultMessage: 'End all other sessions' },
  endOthersText: {
    id: 'sessions.endOthersText',
    defaultMessage:
      'You stay signed in here. {count, plural, one {# other session is} other {# other sessions are}} signed out at once.',
  },
  othersEnded: {
    id: 'sessions.othersEnded',
    defaultMessage:
      '{ended, plural, one {# other session was} other {# other sessions were}} ended.',
  },
});

type Session = Outputs['auth']['sessions'][number];

/** Every open session; all but the one in use can be ended here. */
export function OpenSessions({ onDone }: { onDone: (message: string) => void }) {
  const intl = useIntl();
  const sessions = trpc.auth.sessions.useQuery({});
  const utils = trpc.useUtils();
  const endOne = trpc.auth.endSession.useMutation();
  const endOthers = trpc.auth.endOtherSessions.useMutation();
  const [asking, setAsking] = useState<Session | 'others' | null>(null);

  if (sessions.isPending) return <Loading lines={4} />;
  if (sessions.isError)
    return <ErrorState error={sessions.error} onRetry={() => sessions.refetch()} />;

  const others = sessions.data.filter((session) => !session.current).length;
  const close = () => setAsking(null);
  const refresh = () =>
    Promise.all([utils.auth.sessions.invalidate(), utils.auth.securityActivity.invalidate()]);

  return (
    <Panel
      title={intl.formatMessage(text.title)}
      aside={intl.formatMessage(text.count, { count: sessions.data.length })}
    >
      {others > 0 && (
        <div className={styles.top}>
          <Button onClick={() => setAsking('others')}>{intl.formatMessage(text.endOthers)}</Button>
        </div>
      )}
      <ul className={styles.list} aria-label={intl.formatMessage(text.list)}>
        {sessions.data.map((session) => (
          <SessionRow key={session.handle} session={session} onEnd={() => setAsking(session)} />
        ))}
      </ul>
      {asking === 'others' && (
        <ConfirmDialog
          title={intl.formatMessage(text.endOthers)}
          confirm={intl.formatMessage(text.endOthers)}
          onClose={close}
          onConfirm={async () => {
            const { ended } = await endOthers.mutateAsync({});
            await refresh();
            onDone(intl.formatMessage(text.othersEnded, { ended }));
          }}
        >
          <p>{intl.formatMessage(text.endOthersText, { count: others })}</p>
        </ConfirmDialog>
      )}
      {asking && asking !== 'others' && (
        <ConfirmDialog
          title={intl.formatMessage(text.endTitle, { device: asking.device })}
          confirm={intl.formatMessage(text.endConfirm)}
          onClose={close}
          onConfirm={async () => {
            await endOne.mutateAsync({ handle: asking.handle });
            await refresh();
            onDone(intl.formatMessage(text.ended, { device: asking.device }));
          }}
        >
          <p>
            {intl.formatMessage(text.endText, {
              since: formatDateTime(asking.signedInAt),
              network: asking.network,
            })}
          </p>
        </ConfirmDialog>
      )}
    </Panel>
  );
}

function SessionRow({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const intl = useIntl();
  const { device, network, signedInAt, lastSeenAt, current, methods } = session;
  const since = formatDateTime(signedInAt);
  return (
    <li className={styles.row}>
      <div>
        <div className={styles.device}>
          <b>{device}</b>
          {current && <Tag tone="good">{intl.formatMessage(text.current)}</Tag>}
          {methods.includes('rc') && <Tag tone="warn">{intl.formatMessage(text.recovery)}</Tag>}
        </div>
        <p className={styles.about}>
          {intl.formatMessage(text.about, {
            network,
            since,
            seen: formatRelative(lastSeenAt),
            how: methodWords(intl, methods),
          })}
        </p>
      </div>
      {!current && (
        <Row>
          <LinkButton
            to="/security/not-me"
            search={{ session: session.handle }}
            look="quiet"
            hiddenName={intl.formatMessage(text.endName, { device, since })}
          >
            {intl.formatMessage(text.notMe)}
          </LinkButton>
          <Button
            look="quiet-danger"
            hiddenName={intl.formatMessage(text.endName, { device, since })}
            onClick={onEnd}
          >
            {intl.formatMessage(text.end)}
          </Button>
        </Row>
      )}
    </li>
  );
}
