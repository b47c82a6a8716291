import { Link } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { dueWords } from '../../lib/due-words.ts';
import { formatDate } from '../../lib/format.ts';
import { defineMessages } from '../../lib/messages.ts';
import { trpc } from '../../lib/trpc.ts';
import { LinkButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Row } from '../../ui/text.tsx';
import { caseKindText, decisionWords, ownStateText, stateTones } from './case-text.ts';

const text = defineMessages({
  title: { id: 'cases.title', defaultMessage: 'Cases' },
  lede: {
    id: 'cases.lede',
    defaultMessage:
      'What you asked us, and what we answered: questions within 5 days, corrections, reviews and disputes within 30. Nothing of it is mailed; letters only say that there is something to read here.',
  },
  list: { id: 'cases.list', defaultMessage: 'Your cases' },
  none: { id: 'cases.none', defaultMessage: 'No cases yet' },
  reference: { id: 'cases.reference', defaultMessage: 'Case' },
  kind: { id: 'cases.kind', defaultMessage: 'Kind' },
  about: { id: 'cases.about', defaultMessage: 'About' },
  state: { id: 'cases.state', defaultMessage: 'State' },
  due: { id: 'cases.due', defaultMessage: 'Answer' },
  ended: { id: 'cases.ended', defaultMessage: 'Closed on {date}' },
  ask: { id: 'cases.ask', defaultMessage: 'Ask a question' },
  correct: { id: 'cases.correct', defaultMessage: 'Ask for a correction' },
});

/** All cases of the person. */
export default function CasesPage() {
  const intl = useIntl();
  const cases = trpc.cases.list.useQuery({});
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <Row>
        <LinkButton to="/cases/new" search={{ kind: 'question' }}>
          {intl.formatMessage(text.ask)}
        </LinkButton>
        <LinkButton to="/cases/new" search={{ kind: 'correction' }}>
          {intl.formatMessage(text.correct)}
        </LinkButton>
      </Row>
      {cases.isPending && <Loading lines={4} />}
      {cases.isError && <ErrorState error={cases.error} onRetry={() => cases.refetch()} />}
      {cases.data && (
        <Panel title={intl.formatMessage(text.list)}>
          {cases.data.length === 0 ? (
            <EmptyState title={intl.formatMessage(text.none)} />
          ) : (
            <Table
              caption={intl.formatMessage(text.list)}
              captionHidden
              rows={cases.data}
              rowKey={({ reference }) => reference}
              columns={[
                {
                  key: 'reference',
                  head: intl.formatMessage(text.reference),
                  rowHead: true,
                  cell: ({ reference }) => (
                    <Link to="/cases/$reference" params={{ reference }}>
                      {reference}
                    </Link>
                  ),
                },
                {
                  key: 'about',
                  head: intl.formatMessage(text.about),
                  cell: ({ subjectLine }) => subjectLine,
                },
                {
                  key: 'kind',
                  head: intl.formatMessage(text.kind),
                  cell: ({ kind }) => intl.formatMessage(caseKindText[kind]),
                },
                {
                  key: 'state',
                  head: intl.formatMessage(text.state),
                  cell: ({ kind, state, decision, answer }) => (
                    <Tag tone={stateTones[state]}>
                      {decision
                        ? decisionWords(intl, { kind, decision, answer })
                        : intl.formatMessage(ownStateText[state])}
                    </Tag>
                  ),
                },
                {
                  key: 'due',
                  head: intl.formatMessage(text.due),
                  cell: ({ closedAt, ...due }) =>
                    closedAt
                      ? intl.formatMessage(text.ended, { date: formatDate(closedAt) })
                      : dueWords(intl, due),
                },
              ]}
            />
          )}
        </Panel>
      )}
    </>
  );
}
