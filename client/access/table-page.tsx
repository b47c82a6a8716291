import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { viewing } from '../lib/door.ts';
import { formatNumber } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { namesNothing } from '../lib/refusal.ts';
import { isSection, sectionText } from '../lib/section-text.ts';
import { trpc } from '../lib/trpc.ts';
import { CsvLink } from '../security/cool-down.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Form } from '../ui/form.tsx';
import { Loading } from '../ui/loading.tsx';
import { NotFound } from '../ui/not-found.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { ProvenanceStrip } from '../ui/provenance-strip.tsx';
import { ShowMore } from '../ui/show-more.tsx';
import { Row } from '../ui/text.tsx';
import { TextField } from '../ui/text-field.tsx';
import { countWords, foundWords } from './count-text.ts';
import { Meaning } from './meaning.tsx';
import { tableProvenance } from './provenance.ts';
import { RowsTable } from './rows.tsx';
import styles from './section-page.module.css';

const text = defineMessages({
  title: { id: 'table.title', defaultMessage: 'Your data' },
  find: { id: 'table.find', defaultMessage: 'Search these entries' },
  search: { id: 'table.search', defaultMessage: 'Search' },
  clear: { id: 'table.clear', defaultMessage: 'Clear' },
  none: { id: 'table.none', defaultMessage: 'We hold none' },
  nothing: { id: 'table.nothing', defaultMessage: 'Nothing found' },
  nothingText: { id: 'table.nothingText', defaultMessage: 'No entry holds “{search}”.' },
  shown: { id: 'table.shown', defaultMessage: '{shown} of {all}' },
});

/** All rows of one table, fifty at a time. */
export default function TablePage() {
  const intl = useIntl();
  const { section = '', table: name = '' } = useParams({ strict: false });
  const [search, setSearch] = useState<string | undefined>(undefined);
  const pages = trpc.access.table.useInfiniteQuery(
    { table: name, ...(search === undefined ? {} : { search }) },
    { getNextPageParam: (page) => page.next ?? undefined },
  );
  const [first] = pages.data?.pages ?? [];
  const rows = pages.data?.pages.flatMap((page) => page.rows) ?? [];
  // A search that finds no words is no address that names nothing.
  if (search === undefined && namesNothing(pages.error)) return <NotFound />;
  return (
    <>
      <PageHead
        title={
          first?.title ?? intl.formatMessage(isSection(section) ? sectionText[section] : text.title)
        }
        lede={first?.about}
        back={<Link to="/data">{intl.formatMessage(text.title)}</Link>}
      />
      {first?.searchable && (
        <Form
          inline
          label={intl.formatMessage(text.find)}
          submit={intl.formatMessage(text.search)}
          submitLook="plain"
          onSubmit={async ({ search: typed }) => setSearch(typed?.trim() || undefined)}
          actions={
            search !== undefined && (
              <Button look="quiet" onClick={() => setSearch(undefined)}>
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
          />
        </Form>
      )}
      {pages.isPending && <Loading lines={8} />}
      {pages.isError && <ErrorState error={pages.error} onRetry={() => pages.refetch()} />}
      {first && (
        <Panel
          title={first.title}
          aside={(search === undefined ? countWords : foundWords)(intl, first.count)}
        >
          <div className={styles.about}>
            <ProvenanceStrip {...tableProvenance(intl, first)} />
          </div>
          {rows.length === 0 ? (
            <EmptyState title={intl.formatMessage(search === undefined ? text.none : text.nothing)}>
              {search !== undefined && intl.formatMessage(text.nothingText, { search })}
            </EmptyState>
          ) : (
            <RowsTable table={{ ...first, rows }} />
          )}
          {rows.length > 0 && (
            <ShowMore
              shown={rows.length}
              hasMore={pages.hasNextPage}
              pending={pages.isFetchingNextPage}
              onMore={() => pages.fetchNextPage()}
              label={intl.formatMessage(text.shown, {
                shown: formatNumber(rows.length),
                all: countWords(intl, first.count),
              })}
            />
          )}
        </Panel>
      )}
      {first && <Meaning table={first} />}
      {rows.length > 0 && !viewing && (
        <Row>
          <CsvLink table={name} />
        </Row>
      )}
    </>
  );
}
