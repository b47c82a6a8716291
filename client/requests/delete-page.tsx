import { useIntl } from 'react-intl';
import { countryName, formatDate, formatDay, formatNumber } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';
import { Row } from '../ui/text.tsx';

const text = defineMessages({
  title: { id: 'delete.title', defaultMessage: 'Delete your account' },
  lede: {
    id: 'delete.lede',
    defaultMessage:
      'What would be deleted, and what law makes us keep, counted now. Nothing happens on this page.',
  },
  stop: { id: 'delete.stop', defaultMessage: 'Instead of deleting everything' },
  stopText: {
    id: 'delete.stopText',
    defaultMessage:
      'You can turn off optional messages, reject cookies, or correct what is wrong, and keep your account.',
  },
  communication: { id: 'delete.communication', defaultMessage: 'Communication' },
  correct: { id: 'delete.correct', defaultMessage: 'Personal information' },
  totals: {
    id: 'delete.totals',
    defaultMessage:
      '{deleted, plural, one {# entry is} other {# entries are}} deleted, {kept, plural, one {# is} other {# are}} kept.',
  },
  what: { id: 'delete.what', defaultMessage: 'What' },
  rows: { id: 'delete.rows', defaultMessage: 'Entries' },
  happens: { id: 'delete.happens', defaultMessage: 'What happens' },
  deleted: { id: 'delete.deleted', defaultMessage: 'Deleted' },
  kept: { id: 'delete.kept', defaultMessage: 'Kept until {until}: {reason} ({law})' },
  keptPeriod: { id: 'delete.keptPeriod', defaultMessage: 'Kept for a while: {reason} ({law})' },
  keptNone: { id: 'delete.keptNone', defaultMessage: 'Nothing to keep' },
  emptied: { id: 'delete.emptied', defaultMessage: 'Emptied: {columns}.' },
  locked: { id: 'delete.locked', defaultMessage: 'Locked away under a key of its own: {columns}.' },
  unreadable: {
    id: 'delete.unreadable',
    defaultMessage: 'No longer readable by anybody: {columns}.',
  },
  open: { id: 'delete.open', defaultMessage: 'Open matters' },
  running: {
    id: 'delete.running',
    defaultMessage:
      '{count, plural, one {# GPU session runs} other {# GPU sessions run}} and end when the deletion starts.',
  },
  unpaid: {
    id: 'delete.unpaid',
    defaultMessage:
      '{count, plural, one {# invoice is} other {# invoices are}} unpaid and remain due.',
  },
  copying: {
    id: 'delete.copying',
    defaultMessage: 'A copy of your data is being made; download it before the deletion starts.',
  },
  owned: {
    id: 'delete.owned',
    defaultMessage:
      'You are the only owner of {name}, which has {count, plural, one {# other member} other {# other members}}. Hand it over first.',
  },
  handOver: { id: 'delete.handOver', defaultMessage: 'Make the longest-standing member its owner' },
  hold: { id: 'delete.hold', defaultMessage: 'A legal hold keeps {title} until {date}: {ground}.' },
  clock: {
    id: 'delete.clock',
    defaultMessage:
      'If you ask today, all of it is done by {due} at the latest. You choose how long you want to be able to cancel.',
  },
  holders: { id: 'delete.holders', defaultMessage: 'Other systems' },
  system: { id: 'delete.system', defaultMessage: 'System' },
  holdsOfYou: { id: 'delete.holdsOfYou', defaultMessage: 'Holds of you' },
  willErase: {
    id: 'delete.willErase',
    defaultMessage: 'Told to erase it; the deletion is complete when it has confirmed.',
  },
  notReached: {
    id: 'delete.notReached',
    defaultMessage: 'Not connected to this portal. Write to privacy@easellm.com about it.',
  },
  go: { id: 'delete.go', defaultMessage: 'Continue' },
  copyFirst: { id: 'delete.copyFirst', defaultMessage: 'Take a copy first' },
  pending: { id: 'delete.pending', defaultMessage: 'Your account is already to be deleted' },
  see: { id: 'delete.see', defaultMessage: 'See {reference}' },
});

export type Preview = Outputs['requests']['previewErasure'];
type PlannedTable = Preview['sections'][number]['tables'][number];

/** The plan of a deletion: the same that would run. */
export default function DeletePage() {
  const intl = useIntl();
  const me = trpc.auth.me.useQuery({});
  const preview = trpc.requests.previewErasure.useQuery({}, { staleTime: 0 });
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      {me.data?.deletion && (
        <Notice
          tone="warn"
          title={intl.formatMessage(text.pending)}
          actions={
            <LinkButton
              to="/requests/$reference"
              params={{ reference: me.data.deletion.reference }}
            >
              {intl.formatMessage(text.see, { reference: me.data.deletion.reference })}
            </LinkButton>
          }
        />
      )}
      {preview.isPending && <Loading lines={10} />}
      {preview.isError && <ErrorState error={preview.error} onRetry={() => preview.refetch()} />}
      {preview.data && <Plan preview={preview.data} />}
    </>
  );
}

function Plan({ preview }: { preview: Preview }) {
  const intl = useIntl();
  const blocked = preview.open.organisations.some(
    ({ soleOwner, otherMembers }) => soleOwner && otherMembers > 0,
  );
  return (
    <>
      <Notice
        title={intl.formatMessage(text.stop)}
        actions={
          <Row>
            <LinkButton to="/communication">{intl.formatMessage(text.communication)}</LinkButton>
            <LinkButton to="/account">{intl.formatMessage(text.correct)}</LinkButton>
          </Row>
        }
      >
        <p>{intl.formatMessage(text.stopText)}</p>
      </Notice>
      <OpenMatters preview={preview} />
      <p>
        <b>
          {intl.formatMessage(text.totals, {
            deleted: preview.totals.deleted,
            kept: preview.totals.kept,
          })}
        </b>{' '}
        {intl.formatMessage(text.clock, { due: formatDate(preview.dueAt) })}
      </p>
      {preview.sections.map(({ section, title, tables }) => (
        <Panel key={section} title={title}>
          <Table
            caption={title}
            captionHidden
            rows={tables}
            rowKey={({ table }) => table}
            columns={[
              {
                key: 'what',
                head: intl.formatMessage(text.what),
                rowHead: true,
                cell: (table: PlannedTable) => table.title,
              },
              {
                key: 'rows',
                head: intl.formatMessage(text.rows),
                numeric: true,
                cell: ({ present }) => formatNumber(present),
              },
              {
                key: 'happens',
                head: intl.formatMessage(text.happens),
                cell: (table) => <Fate table={table} />,
              },
            ]}
          />
        </Panel>
      ))}
      <PlannedHolders holders={preview.holders} />
      {preview.openRequest === null && !blocked && (
        <Row>
          <LinkButton to="/delete/confirm" look="primary">
            {intl.formatMessage(text.go)}
          </LinkButton>
          <LinkButton to="/copy">{intl.formatMessage(text.copyFirst)}</LinkButton>
        </Row>
      )}
    </>
  );
}

/** Other systems that hold data of the person: whom the deletion reaches, and whom it does not. */
function PlannedHolders({ holders }: { holders: Preview['holders'] }) {
  const intl = useIntl();
  if (holders.length === 0) return null;
  return (
    <Panel title={intl.formatMessage(text.holders)}>
      <Table
        caption={intl.formatMessage(text.holders)}
        captionHidden
        rows={holders}
        rowKey={({ holder }) => holder}
        columns={[
          {
            key: 'system',
            head: intl.formatMessage(text.system),
            rowHead: true,
            cell: ({ name, country }) => `${name}, ${countryName(country)}`,
          },
          {
            key: 'holds',
            head: intl.formatMessage(text.holdsOfYou),
            cell: ({ holds }) => holds.join(', '),
          },
          {
            key: 'happens',
            head: intl.formatMessage(text.happens),
            cell: ({ asked }) => intl.formatMessage(asked ? text.willErase : text.notReached),
          },
        ]}
      />
    </Panel>
  );
}

function Fate({ table: { keep, present } }: { table: PlannedTable }) {
  const intl = useIntl();
  if (keep === null) return <>{intl.formatMessage(text.deleted)}</>;
  if (present === 0) return <>{intl.formatMessage(text.keptNone)}</>;
  const until = keep.groups.at(-1)?.until;
  const { emptied, overwritten, resealed, unreadable } = keep.columns;
  const gone = [...emptied, ...overwritten];
  return (
    <>
      {until
        ? intl.formatMessage(text.kept, {
            until: formatDay(until),
            reason: keep.reason,
            law: keep.law,
          })
        : intl.formatMessage(text.keptPeriod, { reason: keep.reason, law: keep.law })}{' '}
      {gone.length > 0 && intl.formatMessage(text.emptied, { columns: gone.join(', ') })}{' '}
      {resealed.length > 0 && intl.formatMessage(text.locked, { columns: resealed.join(', ') })}{' '}
      {unreadable.length > 0 &&
        intl.formatMessage(text.unreadable, { columns: unreadable.join(', ') })}
    </>
  );
}

function OpenMatters({ preview: { open, holds } }: { preview: Preview }) {
  const intl = useIntl();
  const utils = trpc.useUtils();
  const handOver = trpc.requests.handOverOrganisation.useMutation({
    onSettled: () => utils.requests.previewErasure.invalidate(),
  });
  const owned = open.organisations.filter(
    ({ soleOwner, otherMembers }) => soleOwner && otherMembers > 0,
  );
  if (
    open.runningSessions + open.unpaidInvoices + owned.length + holds.length === 0 &&
    !open.copyInProgress
  )
    return null;
  return (
    <Notice tone="warn" title={intl.formatMessage(text.open)}>
      <ul>
        {open.runningSessions > 0 && (
          <li>{intl.formatMessage(text.running, { count: open.runningSessions })}</li>
        )}
        {open.unpaidInvoices > 0 && (
          <li>{intl.formatMessage(text.unpaid, { count: open.unpaidInvoices })}</li>
        )}
        {open.copyInProgress && <li>{intl.formatMessage(text.copying)}</li>}
        {holds.map(({ title, ground, endsAt }) => (
          <li key={`${title}-${endsAt}`}>
            {intl.formatMessage(text.hold, { title, ground, date: formatDate(endsAt) })}
          </li>
        ))}
        {owned.map(({ organisationId, name, otherMembers }) => (
          <li key={organisationId}>
            {intl.formatMessage(text.owned, { name, count: otherMembers })}{' '}
            <Button
              look="quiet"
              hiddenName={name}
              pending={handOver.isPending}
              onClick={() => handOver.mutate({ organisationId })}
            >
              {intl.formatMessage(text.handOver)}
            </Button>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
