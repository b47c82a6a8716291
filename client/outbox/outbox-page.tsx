import { useIntl } from 'react-intl';
import { formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { PageHead } from '../ui/page-head.tsx';
import styles from './outbox-page.module.css';

const text = defineMessages({
  title: { id: 'outbox.title', defaultMessage: 'Outbox of the demo' },
  lede: {
    id: 'outbox.lede',
    defaultMessage: 'Messages that would have left. Only this machine can open this page.',
  },
  refresh: { id: 'outbox.refresh', defaultMessage: 'Refresh' },
  none: { id: 'outbox.none', defaultMessage: 'No message yet' },
  to: { id: 'outbox.to', defaultMessage: 'To {to}, {when}' },
  erased: { id: 'outbox.erased', defaultMessage: 'an address that is already deleted' },
});

/** The mailbox of everybody in the demo. */
export default function OutboxPage() {
  const intl = useIntl();
  const mails = trpc.outbox.latest.useQuery({}, { refetchInterval: 5_000 });
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <div>
        <Button onClick={() => mails.refetch()}>{intl.formatMessage(text.refresh)}</Button>
      </div>
      {mails.isPending && <Loading lines={6} />}
      {mails.isError && <ErrorState error={mails.error} onRetry={() => mails.refetch()} />}
      {mails.data?.length === 0 && <EmptyState title={intl.formatMessage(text.none)} />}
      {mails.data?.map(({ id, to, subject, text: body, createdAt }) => (
        <article key={id} className={styles.letter} aria-labelledby={`letter-${id}`}>
          <h2 id={`letter-${id}`}>{subject}</h2>
          <p className={styles.to}>
            {intl.formatMessage(text.to, {
              to: to ?? intl.formatMessage(text.erased),
              when: formatDateTime(createdAt),
            })}
          </p>
          <div className={styles.body}>{linked(body)}</div>
        </article>
      ))}
    </>
  );
}

/** Links of the letter can be followed, as in a mail program. */
function linked(body: string) {
  return body.split(/(https?:\/\/\S+)/).map((part, index) => {
    const key = `${index}-${part.slice(0, 12)}`;
    return part.startsWith('http') ? (
      <a key={key} href={part}>
        {part}
      </a>
    ) : (
      <span key={key}>{part}</span>
    );
  });
}
