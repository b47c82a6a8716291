import { useState } from 'react';
import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { LinkButton } from '../ui/button.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Facts } from '../ui/facts.tsx';
import { Loading } from '../ui/loading.tsx';
import { SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { ChangeEmail } from './change-email.tsx';
import { CorrectionHistory } from './correction-history.tsx';
import { Detail, EmailFact } from './details.tsx';
import type { PersonalField } from './field-text.ts';
import { SupportAccess } from './support-access.tsx';

const text = defineMessages({
  title: { id: 'account.title', defaultMessage: 'Personal information' },
  lede: {
    id: 'account.lede',
    defaultMessage:
      'What you gave us about yourself. Change it here; every change is kept in the history below.',
  },
  details: { id: 'account.details', defaultMessage: 'Your details' },
  asked: {
    id: 'account.asked',
    defaultMessage: 'We sent a link to {email}. Your address changes when you open it and confirm.',
  },
  other: {
    id: 'account.other',
    defaultMessage:
      'Is something wrong that you cannot change here? A person looks at it and answers within 30 days.',
  },
  askCorrection: { id: 'account.askCorrection', defaultMessage: 'Ask for a correction' },
  see: { id: 'account.see', defaultMessage: 'See everything your account holds' },
});

/** Personal information: each fact with its meaning and one way to change it. */
export default function AccountPage() {
  const intl = useIntl();
  const personal = trpc.account.get.useQuery({});
  const utils = trpc.useUtils();
  const [editing, setEditing] = useState<PersonalField['field'] | 'email' | null>(null);
  const [done, setDone] = useState<{ message: string; count: number } | null>(null);

  async function finished(message: string) {
    setEditing(null);
    setDone((last) => ({ message, count: (last?.count ?? 0) + 1 }));
    await Promise.all([utils.account.get.invalidate(), utils.auth.me.invalidate()]);
  }

  return (
    <>
      {done && <SuccessBanner key={done.count}>{done.message}</SuccessBanner>}
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      {personal.isPending && <Loading lines={8} />}
      {personal.isError && <ErrorState error={personal.error} onRetry={() => personal.refetch()} />}
      {personal.data && (
        <>
          <Panel title={intl.formatMessage(text.details)}>
            <Facts>
              <EmailFact email={personal.data.email} onChange={() => setEditing('email')} />
            </Facts>
            {editing === 'email' && (
              <ChangeEmail
                onDone={(email) => finished(intl.formatMessage(text.asked, { email }))}
                onCancel={() => setEditing(null)}
              />
            )}
            {personal.data.fields.map((field) => (
              <Detail
                key={field.field}
                field={field}
                editing={field.field === editing}
                onChange={() => setEditing(field.field)}
                onDone={finished}
                onCancel={() => setEditing(null)}
              />
            ))}
          </Panel>
          <SupportAccess allowed={personal.data.supportAccess.value} />
          <CorrectionHistory history={personal.data.history} />
          <p>{intl.formatMessage(text.other)}</p>
          <div>
            <LinkButton to="/cases/new" search={{ kind: 'correction' }}>
              {intl.formatMessage(text.askCorrection)}
            </LinkButton>
          </div>
          <div>
            <LinkButton look="quiet" to="/data/$section" params={{ section: 'account' }}>
              {intl.formatMessage(text.see)}
            </LinkButton>
          </div>
        </>
      )}
    </>
  );
}
