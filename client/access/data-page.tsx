import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { viewing } from '../lib/door.ts';
import { rounded } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { OutsideView } from '../support/outside-view.tsx';
import { Button, LinkButton } from '../ui/button.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Form } from '../ui/form.tsx';
import { Loading } from '../ui/loading.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel, Section } from '../ui/panel.tsx';
import { Row } from '../ui/text.tsx';
import { TextField } from '../ui/text-field.tsx';
import { COUNT_CAP, countWords } from './count-text.ts';
import styles from './data-page.module.css';
import { HolderCards } from './holder-cards.tsx';
import { RowsTable } from './rows.tsx';

const text = defineMessages({
  title: { id: 'data.title', defaultMessage: 'Your data' },
  lede: {
    id: 'data.lede',
    defaultMessage:
      '{entries, number} {entries, plural, one {entry} other {entries}} in {kinds} kinds, as of now. Each shows where it comes from, why we hold it, who receives it and when it goes.',
  },
  ledeMore: {
    id: 'data.ledeMore',
    defaultMessage:
      'More than {entries, number} entries in {kinds} kinds, as of now. Each shows where it comes from, why we hold it, who receives it and when it goes.',
  },
  find: { id: 'data.find', defaultMessage: 'Search your data' },
  findHint: {
    id: 'data.findHint',
    defaultMessage: 'In everything but what is encrypted with a key of your own.',
  },
  search: { id: 'data.search', defaultMessage: 'Search' },
  missing: { id: 'data.missing', defaultMessage: 'Enter what to look for.' },
  clear: { id: 'data.clear', defaultMessage: 'Clear' },
  results: { id: 'data.results', defaultMessage: 'Results for “{search}”' },
  nothing: { id: 'data.nothing', defaultMessage: 'Nothing found' },
  nothingText: {
    id: 'data.nothingText',
    defaultMessage: 'No entry that can be searched holds “{search}”.',
  },
  sealed: { id: 'data.sealed', defaultMessage: 'What was not searched' },
  sealedText: {
    id: 'data.sealedText',
    defaultMessage:
      'These are encrypted with a key of your own and cannot be searched. You can read them on their pages.',
  },
  open: { id: 'data.open', defaultMessage: 'Open' },
  copy: { id: 'data.copy', defaultMessage: 'Take a copy of all of it' },
});

/** Chapters of what is held, with counts, and a search over all of it. */
export default function DataPage() {
  const intl = useIntl();
  const [search, setSearch] = useState<string | null>(null);
  const overview = trpc.access.overview.useQuery({});
  return (
    <>
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={overview.data && <Total chapters={overview.data} />}
      />
      {!viewing && (
        <Form
          inline
          label={intl.formatMessage(text.find)}
          submit={intl.formatMessage(text.search)}
          submitLook="plain"
          check={({ search: typed }) => ({
            search: !typed?.trim() && intl.formatMessage(text.missing),
          })}
          onSubmit={async ({ search: typed }) => setSearch(typed?.trim() ?? null)}
          actions={
            search !== null && (
              <Button look="quiet" onClick={() => setSearch(null)}>
                {intl.formatMessage(text.clear)}
              </Button>
            )
          }
        >
          <TextField
            name="search"
            type="search"
            maxLength={100}
            label={intl.formatMessage(text.find)}
            hint={intl.formatMessage(text.findHint)}
          />
        </Form>
      )}
      {search !== null && <Results search={search} />}
      {search === null && overview.isPending && <Loading lines={8} />}
      {overview.isError && <ErrorState error={overview.error} onRetry={() => overview.refetch()} />}
      {search === null &&
        overview.data?.map((chapter) => <Chapter key={chapter.section} chapter={chapter} />)}
      {viewing ? <OutsideView /> : search === null && <HolderCards />}
      {!viewing && (
        <Row>
          <LinkButton to="/copy">{intl.formatMessage(text.copy)}</LinkButton>
        </Row>
      )}
    </>
  );
}

type Chapters = Outputs['access']['overview'];

function Total({ chapters }: { chapters: Chapters }) {
  const counts = chapters.flatMap(({ tables }) => tables.map(({ count }) => count));
  const entries = counts.reduce((sum, count) => sum + Math.min(count, COUNT_CAP), 0);
  const kinds = counts.filter((count) => count > 0).length;
  const more = counts.some((count) => count > COUNT_CAP);
  return useIntl().formatMessage(more ? text.ledeMore : text.lede, {
    entries: more ? rounded(entries) : entries,
    kinds,
  });
}

function Chapter({ chapter }: { chapter: Chapters[number] }) {
  const intl = useIntl();
  return (
    <Panel
      title={chapter.title}
      aside={
        <LinkButton
          look="quiet"
          to="/data/$section"
          params={{ section: chapter.section }}
          hiddenName={chapter.title}
        >
          {intl.formatMessage(text.open)}
        </LinkButton>
      }
    >
      <ul className={styles.list}>
        {chapter.tables.map(({ name, title, about, count }) => (
          <li key={name} className={styles.row}>
            <Link to="/data/$section/$table" params={{ section: chapter.section, table: name }}>
              {title}
            </Link>
            <span className={count === 0 ? styles.none : styles.count}>
              {countWords(intl, count)}
            </span>
            <p className={styles.about}>{about}</p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Results({ search }: { search: string }) {
  const intl = useIntl();
  const found = trpc.access.search.useQuery({ search });
  if (found.isPending) return <Loading lines={4} />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => found.refetch()} />;
  const { hits, notSearched } = found.data;
  return (
    <Section title={intl.formatMessage(text.results, { search })}>
      <div role="status">
        {hits.length === 0 && (
          <EmptyState title={intl.formatMessage(text.nothing)}>
            {intl.formatMessage(text.nothingText, { search })}
          </EmptyState>
        )}
      </div>
      {hits.map((table) => (
        <Panel
          key={table.name}
          title={
            <Link to="/data/$section/$table" params={{ section: table.section, table: table.name }}>
              {table.title}
            </Link>
          }
          aside={countWords(intl, table.count)}
        >
          <RowsTable table={table} />
        </Panel>
      ))}
      <Disclosure summary={intl.formatMessage(text.sealed)}>
        <p>{intl.formatMessage(text.sealedText)}</p>
        <ul>
          {notSearched.map((place) => (
            <li key={place}>{place}</li>
          ))}
        </ul>
      </Disclosure>
    </Section>
  );
}
