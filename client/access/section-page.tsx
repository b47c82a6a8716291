import { Link, useParams } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { viewing } from '../lib/door.ts';
import { defineMessages } from '../lib/messages.ts';
import { namesNothing } from '../lib/refusal.ts';
import { isSection, sectionText } from '../lib/section-text.ts';
import { type Inputs, trpc } from '../lib/trpc.ts';
import { CsvLink } from '../security/cool-down.tsx';
import { LinkButton } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { NotFound } from '../ui/not-found.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { ProvenanceStrip } from '../ui/provenance-strip.tsx';
import { Row } from '../ui/text.tsx';
import { countWords } from './count-text.ts';
import { Meaning } from './meaning.tsx';
import { tableProvenance } from './provenance.ts';
import { RowFacts, RowsTable } from './rows.tsx';
import styles from './section-page.module.css';
import type { DataTable } from './value.tsx';

const text = defineMessages({
  back: { id: 'section.back', defaultMessage: 'Your data' },
  title: { id: 'section.title', defaultMessage: 'Your data' },
  lede: {
    id: 'section.lede',
    defaultMessage: 'What we hold of this, newest first. Times are in your time zone.',
  },
  none: { id: 'section.none', defaultMessage: 'We hold none' },
  all: { id: 'section.all', defaultMessage: 'See all' },
  correct: { id: 'section.correct', defaultMessage: 'Correct it' },
});

/** One category of the data map with live values. */
export default function SectionPage() {
  const intl = useIntl();
  const { section } = useParams({ strict: false }) as Inputs['access']['section'];
  const chapter = trpc.access.section.useQuery({ section });
  const back = <Link to="/data">{intl.formatMessage(text.back)}</Link>;
  if (namesNothing(chapter.error)) return <NotFound />;
  if (chapter.isPending || chapter.isError) {
    return (
      <>
        <PageHead
          title={intl.formatMessage(isSection(section) ? sectionText[section] : text.title)}
          back={back}
        />
        {chapter.isPending ? (
          <Loading lines={8} />
        ) : (
          <ErrorState error={chapter.error} onRetry={() => chapter.refetch()} />
        )}
      </>
    );
  }
  return (
    <>
      <PageHead title={chapter.data.title} lede={intl.formatMessage(text.lede)} back={back} />
      {chapter.data.tables.map((table) => (
        <TablePanel key={table.name} table={table} />
      ))}
    </>
  );
}

function TablePanel({ table }: { table: DataTable }) {
  const intl = useIntl();
  const [only] = table.rows;
  return (
    <Panel
      title={table.title}
      aside={table.count > 1 ? countWords(intl, table.count) : undefined}
      id={table.name}
    >
      <div className={styles.about}>
        <p>{table.about}</p>
        {table.count !== 1 && <ProvenanceStrip {...tableProvenance(intl, table)} />}
      </div>
      {!only && <EmptyState title={intl.formatMessage(text.none)} />}
      {only && table.count === 1 && <RowFacts table={table} row={only} />}
      {only && table.count > 1 && <RowsTable table={table} />}
      <div className={styles.foot}>
        <Meaning table={table} />
        <Row>
          {table.count > table.rows.length && (
            <LinkButton
              to="/data/$section/$table"
              params={{ section: table.section, table: table.name }}
              hiddenName={table.title}
            >
              {intl.formatMessage(text.all)}
            </LinkButton>
          )}
          {only && !viewing && <CsvLink table={table.name} hiddenName={table.title} />}
          {!viewing && table.columns.some(({ selfEditable }) => selfEditable) && (
            <LinkButton look="quiet" to="/account" hiddenName={table.title}>
              {intl.formatMessage(text.correct)}
            </LinkButton>
          )}
        </Row>
      </div>
    </Panel>
  );
}
