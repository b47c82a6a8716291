import { useIntl } from 'react-intl';
import { formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';
import { personalField, valueWords } from './field-choices.ts';

const text = defineMessages({
  history: { id: 'account.history', defaultMessage: 'History of corrections' },
  historyNone: { id: 'account.historyNone', defaultMessage: 'Nothing was corrected yet' },
  what: { id: 'account.what', defaultMessage: 'What' },
  before: { id: 'account.before', defaultMessage: 'Before' },
  after: { id: 'account.after', defaultMessage: 'After' },
  when: { id: 'account.when', defaultMessage: 'When' },
  empty: { id: 'account.empty', defaultMessage: '(empty)' },
});

type Personal = Outputs['account']['get'];

/** What was corrected, from what to what, and when. */
export function CorrectionHistory({ history }: { history: Personal['history'] }) {
  const intl = useIntl();
  const words = (field: string, value: string | null) =>
    value === null ? intl.formatMessage(text.empty) : valueWords(intl, personalField(field), value);
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
              cell: ({ field, before }) => words(field, before),
            },
            {
              key: 'after',
              head: intl.formatMessage(text.after),
              cell: ({ field, after }) => words(field, after),
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
