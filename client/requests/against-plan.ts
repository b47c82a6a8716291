import type { IntlShape } from 'react-intl';
import { formatList } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';

type Receipt = Extract<Outputs['requests']['receipt'], { state: 'issued' }>['receipt'];

const text = defineMessages({
  same: {
    id: 'againstPlan.same',
    defaultMessage: 'Where the plan has a count, it is the count below.',
  },
  differs: {
    id: 'againstPlan.differs',
    defaultMessage:
      'Other counts than in the plan, because entries came or expired until the deletion ran: {tables}.',
  },
  table: {
    id: 'againstPlan.table',
    defaultMessage: '{title} ({planned} in the plan, {done} here)',
  },
  uncounted: {
    id: 'againstPlan.uncounted',
    defaultMessage:
      'The plan has no count for what a deletion itself goes on to write, such as the log, its steps and its letters. Those are counted here as they were at the end, so they may be more than you saw before.',
  },
});

/** How the counts of a receipt compare with the plan that was confirmed: a sentence each. */
export function againstPlan(
  intl: IntlShape,
  { differences = [], tables }: Partial<Pick<Receipt, 'differences'>> & Pick<Receipt, 'tables'>,
): string[] {
  const counts =
    differences.length === 0
      ? intl.formatMessage(text.same)
      : intl.formatMessage(text.differs, {
          tables: formatList(
            differences.map(({ title, planned, done }) =>
              intl.formatMessage(text.table, { title, planned, done }),
            ),
          ),
        });
  const uncounted = tables.some(({ planned, done }) => planned === null && done > 0);
  return [counts, ...(uncounted ? [intl.formatMessage(text.uncounted)] : [])];
}
