import { useIntl } from 'react-intl';
import { periodWords, retentionWords } from '../access/retention-text.ts';
import { capitalised, countryName, formatList } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { saveText } from '../lib/save-text.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Contents } from '../ui/contents.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { Loading } from '../ui/loading.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel, Section } from '../ui/panel.tsx';
import { Small, Stack } from '../ui/text.tsx';

const text = defineMessages({
  title: { id: 'register.title', defaultMessage: 'Register of processing' },
  lede: {
    id: 'register.lede',
    defaultMessage:
      'What is processed, why, for how long and who receives it (GDPR Art. 30), written by the data map that runs the portal: {tables} kinds of records. “They” are the customers. Controller: {name}, {contact}; data protection officer: {dpo}.',
  },
  loading: {
    id: 'register.loading',
    defaultMessage: 'Written by the data map that runs the portal.',
  },
  save: { id: 'register.save', defaultMessage: 'Save as CSV' },
  visitors: { id: 'register.visitors', defaultMessage: 'Visitors without an account' },
  account: { id: 'register.account', defaultMessage: 'With the account' },
  data: { id: 'register.data', defaultMessage: 'Data' },
  categories: { id: 'register.categories', defaultMessage: 'Categories: {keys}' },
  source: { id: 'register.source', defaultMessage: 'Source' },
  purposes: { id: 'register.purposes', defaultMessage: 'Purposes and basis' },
  purpose: { id: 'register.purpose', defaultMessage: '{text} ({basis}, {article})' },
  recipients: { id: 'register.recipients', defaultMessage: 'Recipients' },
  recipient: {
    id: 'register.recipient',
    defaultMessage: '{name}, {role}, {country}: {safeguard}',
  },
  nobody: { id: 'register.nobody', defaultMessage: 'Nobody outside EaseLLM' },
  kept: { id: 'register.kept', defaultMessage: 'Deleted' },
  laws: { id: 'register.laws', defaultMessage: 'Periods by country' },
  law: { id: 'register.law', defaultMessage: '{country}: {period}, {paragraph}' },
  others: { id: 'register.others', defaultMessage: 'All other countries' },
  outlives: { id: 'register.outlives', defaultMessage: 'After a deletion' },
  security: { id: 'register.security', defaultMessage: 'Protection' },
  sealed: {
    id: 'register.sealed',
    defaultMessage:
      'Encrypted under a key of the person: {fields}. The rest under row-level security.',
  },
  plain: {
    id: 'register.plain',
    defaultMessage: 'Row-level security; nothing in it is encrypted by itself.',
  },
});

type Entry = Outputs['oversight']['register']['entries'][number];
type Chapter = { id: string; title: string; entries: Entry[] };

/** Kinds of records by what they are about; what is of people without an account stands by itself, last. */
function chaptersOf(entries: readonly Entry[], visitors: string): Chapter[] {
  const chapters = new Map<string, Entry[]>();
  for (const entry of entries) {
    const title = entry.subjects === 'visitors' ? visitors : entry.chapter;
    chapters.set(title, [...(chapters.get(title) ?? []), entry]);
  }
  return [...chapters].map(([title, of], index) => ({
    id: `chapter-${index + 1}`,
    title,
    entries: of,
  }));
}

/** What the law calls records of processing activities, table by table. */
export default function RegisterPage() {
  const intl = useIntl();
  const register = trpc.oversight.register.useQuery({});
  const { data } = register;
  const chapters = chaptersOf(data?.entries ?? [], intl.formatMessage(text.visitors));
  return (
    <>
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={
          data
            ? intl.formatMessage(text.lede, {
                tables: data.entries.length,
                name: data.controller.name,
                contact: data.controller.contact,
                dpo: data.controller.dataProtectionOfficer,
              })
            : intl.formatMessage(text.loading)
        }
      />
      {register.isPending && <Loading lines={8} />}
      {register.isError && <ErrorState error={register.error} onRetry={() => register.refetch()} />}
      {data && (
        <div>
          <Button onClick={() => saveText('register-of-processing.csv', data.csv, 'text/csv')}>
            {intl.formatMessage(text.save)}
          </Button>
        </div>
      )}
      {data && <Contents parts={chapters} />}
      {chapters.map(({ id, title, entries }) => (
        <Section key={id} id={id} title={title}>
          {entries.map((entry) => (
            <EntryPanel key={entry.table} entry={entry} />
          ))}
        </Section>
      ))}
    </>
  );
}

function EntryPanel({ entry }: { entry: Entry }) {
  const intl = useIntl();
  const { about, data, categories, sources, purposes } = entry;
  const { recipients, retention, statutory, kept, sealed } = entry;
  return (
    <Panel id={entry.table} title={entry.title}>
      <Facts>
        <Fact
          name={intl.formatMessage(text.data)}
          value={
            <Stack gap="tight">
              <span>{about}</span>
              <span>{formatList(data)}</span>
              <Small>{intl.formatMessage(text.categories, { keys: formatList(categories) })}</Small>
            </Stack>
          }
        />
        <Fact name={intl.formatMessage(text.source)} value={formatList(sources)} />
        <Fact
          name={intl.formatMessage(text.purposes)}
          value={
            <Lines lines={purposes.map((purpose) => intl.formatMessage(text.purpose, purpose))} />
          }
        />
        <Fact
          name={intl.formatMessage(text.recipients)}
          value={
            recipients.length === 0 ? (
              intl.formatMessage(text.nobody)
            ) : (
              <Lines
                lines={recipients.map((one) =>
                  intl.formatMessage(text.recipient, { ...one, country: countryName(one.country) }),
                )}
              />
            )
          }
        />
        {retention && (
          <Fact
            name={intl.formatMessage(text.kept)}
            value={
              <Stack gap="tight">
                <span>
                  {retention.kind === 'account'
                    ? intl.formatMessage(text.account)
                    : capitalised(retentionWords(intl, retention))}
                </span>
                {statutory.length > 0 && (
                  <Disclosure summary={intl.formatMessage(text.laws)}>
                    <Lines
                      lines={statutory.map(({ country, period, paragraph }) =>
                        intl.formatMessage(text.law, {
                          country: country ? countryName(country) : intl.formatMessage(text.others),
                          period: periodWords(intl, period),
                          paragraph,
                        }),
                      )}
                    />
                  </Disclosure>
                )}
              </Stack>
            }
          />
        )}
        {kept && (
          <Fact name={intl.formatMessage(text.outlives)} value={`${kept.ground} ${kept.law}`} />
        )}
        <Fact
          name={intl.formatMessage(text.security)}
          value={
            sealed.length > 0
              ? intl.formatMessage(text.sealed, { fields: formatList(sealed) })
              : intl.formatMessage(text.plain)
          }
        />
      </Facts>
    </Panel>
  );
}

function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <Stack gap="tight">
      {lines.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </Stack>
  );
}
