import { type IntlShape, useIntl } from 'react-intl';
import { periodWords } from '../access/retention-text.ts';
import { formatDate, formatDay, formatList, formatNumber } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { Panel } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';
import { Tag } from '../ui/tag.tsx';
import { Small } from '../ui/text.tsx';
import styles from './plan-statement.module.css';
import type { ErasurePreview } from './request-text.ts';

const text = defineMessages({
  title: { id: 'plan.title', defaultMessage: 'What would happen' },
  gone: { id: 'plan.gone', defaultMessage: 'Deleted' },
  kept: { id: 'plan.kept', defaultMessage: 'Kept because law asks' },
  entries: {
    id: 'plan.entries',
    defaultMessage: '{count, plural, one {# entry} other {# entries}}',
  },
  done: { id: 'plan.done', defaultMessage: 'All done by' },
  doneHint: { id: 'plan.doneHint', defaultMessage: 'at the latest, if you ask today' },
  holdHint: {
    id: 'plan.holdHint',
    defaultMessage: 'when the legal hold ends; all that is not held is deleted in time',
  },
  keptHint: { id: 'plan.keptHint', defaultMessage: 'the last until {until}' },
  goneHint: { id: 'plan.goneHint', defaultMessage: 'for good, with your encryption key' },
  statement: { id: 'plan.statement', defaultMessage: 'Statement' },
  what: { id: 'plan.what', defaultMessage: 'What' },
  rows: { id: 'plan.rows', defaultMessage: 'Entries' },
  happens: { id: 'plan.happens', defaultMessage: 'What happens' },
  deleted: { id: 'plan.deleted', defaultMessage: 'Deleted' },
  keptUntil: { id: 'plan.keptUntil', defaultMessage: 'Kept until {until}' },
  keptFor: { id: 'plan.keptFor', defaultMessage: 'Kept for {period}' },
  parts: { id: 'plan.parts', defaultMessage: 'Entries go one after the other: {parts}.' },
  part: { id: 'plan.part', defaultMessage: '{rows, number} until {until}' },
  because: { id: 'plan.because', defaultMessage: '{reason} {law}.' },
  emptied: { id: 'plan.emptied', defaultMessage: 'Emptied: {columns}.' },
  locked: {
    id: 'plan.locked',
    defaultMessage: 'Locked away with a key of its own, which is destroyed on that day: {columns}.',
  },
  unreadable: {
    id: 'plan.unreadable',
    defaultMessage: 'No longer readable by anybody: {columns}.',
  },
  none: { id: 'plan.none', defaultMessage: 'We hold none of: {titles}.' },
  hash: { id: 'plan.hash', defaultMessage: 'SHA-256 of this plan: <code>{hash}</code>' },
});

type PlannedTable = ErasurePreview['sections'][number]['tables'][number];

/** The plan in three figures. */
export function PlanSummary({ preview }: { preview: ErasurePreview }) {
  const intl = useIntl();
  const { deleted, kept } = preview.totals;
  const last = preview.sections
    .flatMap(({ tables }) => tables.flatMap(({ keep }) => keep?.groups ?? []))
    .map(({ until }) => until)
    .sort()
    .at(-1);
  const lastHold = preview.holds
    .map(({ endsAt }) => endsAt)
    .sort()
    .at(-1);
  const waits = lastHold !== undefined && lastHold > preview.dueAt;
  const figures = [
    {
      key: 'gone',
      value: intl.formatMessage(text.entries, { count: deleted }),
      hint: intl.formatMessage(text.goneHint),
    },
    {
      key: 'kept',
      value: intl.formatMessage(text.entries, { count: kept }),
      hint: last && intl.formatMessage(text.keptHint, { until: formatDay(last) }),
    },
    {
      key: 'done',
      value: waits ? formatDay(lastHold) : formatDate(preview.dueAt),
      hint: intl.formatMessage(waits ? text.holdHint : text.doneHint),
    },
  ] as const;
  return (
    <Panel title={intl.formatMessage(text.title)}>
      <dl className={styles.figures}>
        {figures.map(({ key, value, hint }) => (
          <div key={key}>
            <dt>{intl.formatMessage(text[key])}</dt>
            <dd className={styles.figure}>{value}</dd>
            {hint && (
              <dd>
                <Small>{hint}</Small>
              </dd>
            )}
          </div>
        ))}
      </dl>
    </Panel>
  );
}

/** Line by line, chapter by chapter: what there is, what becomes of it, how much. */
export function PlanStatement({ preview }: { preview: ErasurePreview }) {
  const intl = useIntl();
  const first = preview.sections.find(({ tables }) => tables.some(({ present }) => present > 0));
  return (
    <Panel title={intl.formatMessage(text.statement)}>
      {preview.sections.map(({ section, title, tables }) => (
        <Chapter key={section} title={title} tables={tables} first={section === first?.section} />
      ))}
      <p className={styles.hash}>
        {intl.formatMessage(text.hash, {
          hash: preview.planHash,
          code: (words) => <code key="hash">{words}</code>,
        })}
      </p>
    </Panel>
  );
}

function Chapter({
  title,
  tables,
  first,
}: {
  title: string;
  tables: readonly PlannedTable[];
  first: boolean;
}) {
  const intl = useIntl();
  const held = tables.filter(({ present }) => present > 0);
  const none = tables.filter(({ present }) => present === 0).map((table) => table.title);
  return (
    <div className={styles.chapter}>
      {held.length === 0 && <h3 className={styles.title}>{title}</h3>}
      {held.length > 0 && (
        <Table
          even
          headHidden={!first}
          caption={title}
          rows={held}
          rowKey={({ table }) => table}
          columns={[
            {
              key: 'what',
              head: intl.formatMessage(text.what),
              rowHead: true,
              cell: (table) => table.title,
            },
            {
              key: 'happens',
              head: intl.formatMessage(text.happens),
              cell: (table) => <Fate keep={table.keep} />,
            },
            {
              key: 'rows',
              head: intl.formatMessage(text.rows),
              numeric: true,
              cell: ({ present }) => formatNumber(present),
            },
          ]}
        />
      )}
      {none.length > 0 && (
        <p className={styles.none}>{intl.formatMessage(text.none, { titles: formatList(none) })}</p>
      )}
    </div>
  );
}

function Fate({ keep }: { keep: PlannedTable['keep'] }) {
  const intl = useIntl();
  if (keep === null) return intl.formatMessage(text.deleted);
  const { emptied, overwritten, resealed, unreadable } = keep.columns;
  const gone = [...emptied, ...overwritten];
  return (
    <div className={styles.fate}>
      <Tag tone="warn">{keptWords(intl, keep)}</Tag>
      <Small>
        {intl.formatMessage(text.because, { reason: keep.reason, law: keep.law })}{' '}
        {keep.groups.length > 1 &&
          intl.formatMessage(text.parts, {
            parts: formatList(
              keep.groups.map(({ rows, until }) =>
                intl.formatMessage(text.part, { rows, until: formatDay(until) }),
              ),
            ),
          })}
      </Small>
      {gone.length > 0 && (
        <Small>{intl.formatMessage(text.emptied, { columns: formatList(gone) })}</Small>
      )}
      {resealed.length > 0 && (
        <Small>{intl.formatMessage(text.locked, { columns: formatList(resealed) })}</Small>
      )}
      {unreadable.length > 0 && (
        <Small>{intl.formatMessage(text.unreadable, { columns: formatList(unreadable) })}</Small>
      )}
    </div>
  );
}

function keptWords(intl: IntlShape, { groups, period }: NonNullable<PlannedTable['keep']>): string {
  const last = groups.at(-1);
  return last
    ? intl.formatMessage(text.keptUntil, { until: formatDay(last.until) })
    : intl.formatMessage(text.keptFor, { period: periodWords(intl, period ?? '') });
}
