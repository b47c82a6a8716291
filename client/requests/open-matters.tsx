import { useState } from 'react';
import { useIntl } from 'react-intl';
import { continued, formatDay } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { groundWords, heldWords } from './hold-text.ts';
import type { ErasurePreview } from './request-text.ts';

const text = defineMessages({
  title: { id: 'openMatters.title', defaultMessage: 'Open matters' },
  running: {
    id: 'openMatters.running',
    defaultMessage:
      '{count, plural, one {# GPU session runs and ends} other {# GPU sessions run and end}} when the deletion starts.',
  },
  unpaid: {
    id: 'openMatters.unpaid',
    defaultMessage:
      '{count, plural, one {# invoice is unpaid and remains due} other {# invoices are unpaid and remain due}}.',
  },
  copying: {
    id: 'openMatters.copying',
    defaultMessage: 'A copy of your data is being made; download it before the deletion starts.',
  },
  owned: {
    id: 'openMatters.owned',
    defaultMessage:
      'You are the only owner of {name}, which has {count, plural, one {# other member} other {# other members}}. It needs another owner first.',
  },
  handOver: {
    id: 'openMatters.handOver',
    defaultMessage: 'Make the longest-standing member its owner',
  },
  handOverTitle: { id: 'openMatters.handOverTitle', defaultMessage: 'Another owner for {name}' },
  handOverText: {
    id: 'openMatters.handOverText',
    defaultMessage:
      'The member who has been in it longest becomes an owner beside you. You stay an owner until your account is deleted, and can cancel the deletion all the same.',
  },
  handOverConfirm: { id: 'openMatters.handOverConfirm', defaultMessage: 'Add this owner' },
  hold: {
    id: 'openMatters.hold',
    defaultMessage:
      'A legal hold keeps {what} until {date}, because {ground}. The deletion then deletes your other data, waits with this, with your account itself and with other systems, and ends by itself when the hold does. {note}',
  },
});

type Owned = ErasurePreview['open']['organisations'][number];

/** Whether an organisation would be left without an owner: the only matter that stands in the way. */
export function isBlocked(preview: ErasurePreview): boolean {
  return needingOwner(preview).length > 0;
}

function needingOwner({ open }: ErasurePreview): Owned[] {
  return open.organisations.filter(({ soleOwner, otherMembers }) => soleOwner && otherMembers > 0);
}

/** What hangs on the account besides data, each with what becomes of it. */
export function OpenMatters({ preview }: { preview: ErasurePreview }) {
  const intl = useIntl();
  const utils = trpc.useUtils();
  const handOver = trpc.requests.handOverOrganisation.useMutation();
  const [asking, setAsking] = useState<Owned | null>(null);
  const { open, holds } = preview;
  const owned = needingOwner(preview);
  if (
    open.runningSessions + open.unpaidInvoices + owned.length + holds.length === 0 &&
    !open.copyInProgress
  )
    return null;
  return (
    <Notice tone="warn" title={intl.formatMessage(text.title)}>
      <ul>
        {owned.map((edge) => (
          <li key={edge.organisationId}>
            {intl.formatMessage(text.owned, { name: edge.name, count: edge.otherMembers })}{' '}
            <Button look="quiet" hiddenName={edge.name} onClick={() => setAsking(edge)}>
              {intl.formatMessage(text.handOver)}
            </Button>
          </li>
        ))}
        {open.runningSessions > 0 && (
          <li>{intl.formatMessage(text.running, { count: open.runningSessions })}</li>
        )}
        {open.unpaidInvoices > 0 && (
          <li>{intl.formatMessage(text.unpaid, { count: open.unpaidInvoices })}</li>
        )}
        {open.copyInProgress && <li>{intl.formatMessage(text.copying)}</li>}
        {holds.map(({ ground, endsAt, note, ...held }) => (
          <li key={`${held.title}-${endsAt}`}>
            {intl.formatMessage(text.hold, {
              what: heldWords(intl, held),
              note,
              ground: continued(groundWords(intl, ground)),
              date: formatDay(endsAt),
            })}
          </li>
        ))}
      </ul>
      {asking && (
        <ConfirmDialog
          title={intl.formatMessage(text.handOverTitle, { name: asking.name })}
          confirm={intl.formatMessage(text.handOverConfirm)}
          onClose={() => setAsking(null)}
          onConfirm={async () => {
            await handOver.mutateAsync({ organisationId: asking.organisationId });
            await utils.requests.previewErasure.invalidate();
          }}
        >
          <p>{intl.formatMessage(text.handOverText)}</p>
        </ConfirmDialog>
      )}
    </Notice>
  );
}
