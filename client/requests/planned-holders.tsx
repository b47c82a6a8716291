import { useIntl } from 'react-intl';
import { countryName, formatList } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { Panel } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';
import type { ErasurePreview } from './request-text.ts';

const text = defineMessages({
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
  happens: { id: 'delete.happens', defaultMessage: 'What happens' },
});

/** Other systems that hold data of the person: whom the deletion reaches, and whom it does not. */
export function PlannedHolders({ holders }: { holders: ErasurePreview['holders'] }) {
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
            cell: ({ holds }) => formatList(holds),
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
