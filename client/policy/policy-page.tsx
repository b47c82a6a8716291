import { useIntl } from 'react-intl';
import { retentionWords } from '../access/retention-text.ts';
import { capitalised, countryName, formatDate, formatList } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { Contents } from '../ui/contents.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Section } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';
import styles from './policy-page.module.css';

const text = defineMessages({
  title: { id: 'policy.title', defaultMessage: 'Privacy policy' },
  lede: { id: 'policy.lede', defaultMessage: 'Version {version}, in force since {date}.' },
  record: { id: 'policy.record', defaultMessage: 'Record' },
  data: { id: 'policy.data', defaultMessage: 'What it holds' },
  deleted: { id: 'policy.deleted', defaultMessage: 'Deleted' },
  recipient: { id: 'policy.recipient', defaultMessage: 'Recipient' },
  where: { id: 'policy.where', defaultMessage: 'Country' },
  safeguard: { id: 'policy.safeguard', defaultMessage: 'Safeguard' },
  receives: { id: 'policy.receives', defaultMessage: 'Receives parts of' },
  about: { id: 'policy.about', defaultMessage: 'About' },
  address: { id: 'policy.address', defaultMessage: 'Address' },
  hash: { id: 'policy.hash', defaultMessage: 'SHA-256 of this wording: {hash}' },
});

type Policy = Outputs['policy']['get'];

/** The policy in our own words, its lists printed from the data map. */
export default function PolicyPage() {
  const intl = useIntl();
  const policy = trpc.policy.get.useQuery({});
  const title = intl.formatMessage(text.title);
  if (policy.isPending || policy.isError) {
    return (
      <>
        <PageHead title={title} />
        {policy.isPending ? (
          <Loading lines={10} />
        ) : (
          <ErrorState error={policy.error} onRetry={() => policy.refetch()} />
        )}
      </>
    );
  }
  const { version, effectiveAt, chapters, contentHash } = policy.data;
  return (
    <>
      <PageHead
        title={title}
        lede={intl.formatMessage(text.lede, { version, date: formatDate(effectiveAt) })}
      />
      <Contents parts={chapters} />
      {chapters.map((chapter) => (
        <Section key={chapter.id} id={chapter.id} title={chapter.title}>
          {chapter.paragraphs.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
          {chapter.list === 'recipients' && <Recipients recipients={policy.data.recipients} />}
          {chapter.list === 'contacts' && <Contacts contacts={policy.data.contacts} />}
          {(chapter.list === 'account' ||
            chapter.list === 'usage' ||
            chapter.list === 'device') && (
            <DataList caption={chapter.title} list={policy.data.lists[chapter.list]} />
          )}
        </Section>
      ))}
      <p className={styles.hash}>{intl.formatMessage(text.hash, { hash: contentHash })}</p>
    </>
  );
}

function DataList({ caption, list }: { caption: string; list: Policy['lists']['account'] }) {
  const intl = useIntl();
  return (
    <div className={styles.list}>
      <Table
        caption={caption}
        captionHidden
        rows={list}
        rowKey={({ title }) => title}
        columns={[
          {
            key: 'record',
            head: intl.formatMessage(text.record),
            rowHead: true,
            cell: ({ title }) => title,
          },
          {
            key: 'data',
            head: intl.formatMessage(text.data),
            cell: ({ data }) => formatList(data),
          },
          {
            key: 'deleted',
            head: intl.formatMessage(text.deleted),
            cell: ({ retention }) => capitalised(retentionWords(intl, retention)),
          },
        ]}
      />
    </div>
  );
}

function Recipients({ recipients }: { recipients: Policy['recipients'] }) {
  const intl = useIntl();
  return (
    <div className={styles.list}>
      <Table
        caption={intl.formatMessage(text.recipient)}
        captionHidden
        rows={recipients}
        rowKey={({ name }) => name}
        columns={[
          {
            key: 'recipient',
            head: intl.formatMessage(text.recipient),
            rowHead: true,
            cell: ({ name, role }) => `${name}: ${role}`,
          },
          {
            key: 'where',
            head: intl.formatMessage(text.where),
            cell: ({ country }) => countryName(country),
          },
          {
            key: 'safeguard',
            head: intl.formatMessage(text.safeguard),
            cell: ({ safeguard }) => safeguard,
          },
          {
            key: 'receives',
            head: intl.formatMessage(text.receives),
            cell: ({ receives }) => formatList(receives),
          },
        ]}
      />
    </div>
  );
}

function Contacts({ contacts }: { contacts: Policy['contacts'] }) {
  const intl = useIntl();
  return (
    <div className={styles.list}>
      <Table
        caption={intl.formatMessage(text.address)}
        captionHidden
        rows={contacts}
        rowKey={({ address }) => address}
        columns={[
          {
            key: 'about',
            head: intl.formatMessage(text.about),
            rowHead: true,
            cell: ({ about }) => about,
          },
          {
            key: 'address',
            head: intl.formatMessage(text.address),
            cell: ({ address }) => <a href={`mailto:${address}`}>{address}</a>,
          },
        ]}
      />
    </div>
  );
}
