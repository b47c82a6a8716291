import { useIntl } from 'react-intl';
import { countryName, formatNumber } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';
import { Hidden } from '../ui/text.tsx';
import { Time } from '../ui/time.tsx';

const text = defineMessages({
  yes: { id: 'value.yes', defaultMessage: 'Yes' },
  no: { id: 'value.no', defaultMessage: 'No' },
  none: { id: 'value.none', defaultMessage: 'none' },
});

export type DataTable = Outputs['access']['section']['tables'][number];
export type DataColumn = DataTable['columns'][number];
type Held = DataTable['rows'][number]['values'][number];

/** One value as people write it. */
export function Value({ column, value }: { column: DataColumn; value: Held | undefined }) {
  const intl = useIntl();
  if (value === null || value === undefined || value === '')
    return (
      <>
        <span aria-hidden="true">–</span>
        <Hidden>{intl.formatMessage(text.none)}</Hidden>
      </>
    );
  if (typeof value === 'boolean') return <>{intl.formatMessage(value ? text.yes : text.no)}</>;
  if (typeof value === 'number') return <>{formatNumber(value)}</>;
  if (typeof value !== 'string') return <>{value.join(', ')}</>;
  if (column.category === 'user.contact.address.country') return countryName(value);
  return column.format === 'moment' ? <Time at={value} short /> : value;
}
