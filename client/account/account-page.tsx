import { useState } from 'react';
import { useIntl } from 'react-intl';
import { provenanceOf } from '../access/provenance.ts';
import { countryName, formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { Loading } from '../ui/loading.tsx';
import { SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';
import { Tag } from '../ui/tag.tsx';
import { ChangeEmail } from './change-email.tsx';
import { CorrectField } from './correct-field.tsx';
import { fieldText, languageName, type PersonalField, themeText } from './field-text.ts';
import { SupportAccess } from './support-access.tsx';

const text = defineMessages({
  title: { id: 'account.title', defaultMessage: 'Personal information' },
  lede: {
    id: 'account.lede',
    defaultMessage:
      'What you gave us about yourself. Change it here; every change is kept in the history below.',
  },
  details: { id: 'account.details', defaultMessage: 'Your details' },
  change: { id: 'account.change', defaultMessage: 'Change' },
  email: { id: 'account.email', defaultMessage: 'E-mail address' },
  pending: {
    id: 'account.pending',
    defaultMessage: '{pending}: confirm it by the link we mailed there, until {until}.',
  },
  waiting: { id: 'account.waiting', defaultMessage: 'New address' },
  deletes: { id: 'account.deletes', defaultMessage: 'with your account' },
  saved: { id: 'account.saved', defaultMessage: '{field} was changed.' },
  asked: {
    id: 'account.asked',
    defaultMessage: 'We sent a link to {email}. Your address changes when you open it and confirm.',
  },
  history: { id: 'account.history', defaultMessage: 'History of corrections' },
  historyNone: { id: 'account.historyNone', defaultMessage: 'Nothing was corrected yet' },
  what: { id: 'account.what', defaultMessage: 'What' },
  before: { id: 'account.before', defaultMessage: 'Before' },
  after: { id: 'account.after', defaultMessage: 'After' },
  when: { id: 'account.when', defaultMessage: 'When' },
  empty: { id: 'account.empty', defaultMessage: '(empty)' },
  other: {
    id: 'account.other',
    defaultMessage:
      'Something else is wrong? Write to <link>privacy@easellm.com</link> and we correct it within 30 days.',
  },
  see: { id: 'account.see', defaultMessage: 'See everything your account holds' },
});

type Personal = Outputs['account']['get'];

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
          <History history={personal.data.history} />
          <p>
            {intl.formatMessage(text.other, {
              link: (chunks) => (
                <a key="mail" href="mailto:privacy@easellm.com">
                  {chunks}
                </a>
              ),
            })}
          </p>
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

function shown(intl: ReturnType<typeof useIntl>, { field, value }: PersonalField): string | null {
  if (value === null) return null;
  if (field === 'country') return countryName(value);
  if (field === 'language') return languageName(value);
  if (field === 'theme') return intl.formatMessage(themeText[value as keyof typeof themeText]);
  return value;
}

type DetailProps = {
  field: PersonalField;
  editing: boolean;
  onChange: () => void;
  onDone: (message: string) => Promise<void>;
  onCancel: () => void;
};

/** One fact; the form that changes it opens right under it. */
function Detail({ field, editing, onChange, onDone, onCancel }: DetailProps) {
  const intl = useIntl();
  const name = intl.formatMessage(fieldText[field.field]);
  return (
    <>
      <Facts>
        <Fact
          name={name}
          value={shown(intl, field)}
          action={
            <Button look="quiet" hiddenName={name} onClick={onChange}>
              {intl.formatMessage(text.change)}
            </Button>
          }
          provenance={provenanceOf(field.about, intl.formatMessage(text.deletes))}
        />
      </Facts>
      {editing && (
        <CorrectField
          field={field}
          onDone={() => onDone(intl.formatMessage(text.saved, { field: name }))}
          onCancel={onCancel}
        />
      )}
    </>
  );
}

function EmailFact({ email, onChange }: { email: Personal['email']; onChange: () => void }) {
  const intl = useIntl();
  const { value, pending, about } = email;
  return (
    <Fact
      name={intl.formatMessage(text.email)}
      value={
        <>
          {value}
          {pending && (
            <p>
              <Tag tone="warn">{intl.formatMessage(text.waiting)}</Tag>{' '}
              {intl.formatMessage(text.pending, {
                pending: pending.address,
                until: formatDateTime(pending.expiresAt),
              })}
            </p>
          )}
        </>
      }
      action={
        <Button look="quiet" hiddenName={intl.formatMessage(text.email)} onClick={onChange}>
          {intl.formatMessage(text.change)}
        </Button>
      }
      provenance={provenanceOf(about, intl.formatMessage(text.deletes))}
    />
  );
}

function History({ history }: { history: Personal['history'] }) {
  const intl = useIntl();
  const empty = intl.formatMessage(text.empty);
  return (
    <Panel title={intl.formatMessage(text.history)}>
      {history.length === 0 ? (
        <EmptyState title={intl.formatMessage(text.historyNone)} />
      ) : (
        <Table
          caption={intl.formatMessage(text.history)}
          captionHidden
          rows={history}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'what',
              head: intl.formatMessage(text.what),
              rowHead: true,
              cell: ({ label }) => label,
            },
            {
              key: 'before',
              head: intl.formatMessage(text.before),
              cell: ({ before }) => before ?? empty,
            },
            {
              key: 'after',
              head: intl.formatMessage(text.after),
              cell: ({ after }) => after ?? empty,
            },
            {
              key: 'when',
              head: intl.formatMessage(text.when),
              cell: ({ changedAt }) => formatDateTime(changedAt),
            },
          ]}
        />
      )}
    </Panel>
  );
}
