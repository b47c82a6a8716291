import type { ReactNode } from 'react';
import { type IntlShape, useIntl } from 'react-intl';
import { languageName } from '../account/field-text.ts';
import { actionWords } from '../audit/action-text.ts';
import {
  countryName,
  formatBytes,
  formatHundredths,
  formatList,
  formatMoney,
  formatNumber,
} from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';
import { Hidden } from '../ui/text.tsx';
import { Time } from '../ui/time.tsx';
import { codeWords } from './code-text.ts';
import { type Reading, readingOf } from './readings.ts';

const text = defineMessages({
  yes: { id: 'value.yes', defaultMessage: 'Yes' },
  no: { id: 'value.no', defaultMessage: 'No' },
  none: { id: 'value.none', defaultMessage: 'none' },
  detail: { id: 'value.detail', defaultMessage: '{name}: {value}' },
});

export type DataTable = Outputs['access']['section']['tables'][number];
export type DataColumn = DataTable['columns'][number];
export type DataRow = DataTable['rows'][number];
type Held = DataRow['values'][number];
type Place = { table: Pick<DataTable, 'name' | 'columns'>; column: DataColumn };

/** One value as people write it. */
export function Value({ table, column, row }: Place & { row: DataRow }) {
  const intl = useIntl();
  const value = valueIn({ table, row, key: column.key });
  if (isAbsent(value))
    return (
      <>
        <span aria-hidden="true">–</span>
        <Hidden>{intl.formatMessage(text.none)}</Hidden>
      </>
    );
  const reading = readingOf(table.name, column.key);
  if (reading)
    return read({ intl, reading, value, currencyIn: (key) => valueIn({ table, row, key }) });
  if (typeof value === 'boolean') return intl.formatMessage(value ? text.yes : text.no);
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value !== 'string') return formatList(value);
  if (column.category === 'user.contact.address.country') return countryName(value);
  return column.format === 'moment' ? <Time at={value} short /> : value;
}

/** Name of a column as its values are written: without the unit that they no longer have. */
export function headOf(intl: IntlShape, { table, column }: Place): string {
  const reading = readingOf(table.name, column.key);
  return reading && 'head' in reading ? intl.formatMessage(reading.head) : column.label;
}

export function isAbsent(value: Held | undefined): value is null | undefined | '' {
  return value === null || value === undefined || value === '';
}

/** What a row holds in the column of this key. */
export function valueIn({
  table,
  row,
  key,
}: {
  table: Place['table'];
  row: DataRow;
  key: string;
}): Held | undefined {
  return row.values[table.columns.findIndex((column) => column.key === key)];
}

function read({
  intl,
  reading,
  value,
  currencyIn,
}: {
  intl: IntlShape;
  reading: Reading;
  value: NonNullable<Held>;
  currencyIn: (key: string) => Held | undefined;
}): ReactNode {
  switch (reading.as) {
    case 'code':
      return formatList([value].flat().map((one) => codeWords(intl, reading.from, String(one))));
    case 'action':
      return actionWords(intl, { action: String(value), details: null });
    case 'language':
      return languageName(String(value));
    case 'plain':
      return String(value);
    case 'machine':
      return <code>{String(value)}</code>;
    case 'details':
      return detailWords(intl, String(value));
    case 'money':
      return reading.currency === null
        ? formatHundredths(Number(value))
        : formatMoney(Number(value), String(currencyIn(reading.currency)));
    case 'bytes':
      return formatBytes(Number(value));
    case 'thousandths':
      return formatNumber(Number(value) / 1_000);
  }
}

/** `{"rows":3,"field":"phone"}` as lines of words; what is no object is shown as it is. */
function detailWords(intl: IntlShape, json: string): ReactNode {
  try {
    const details: unknown = JSON.parse(json);
    if (details === null || typeof details !== 'object') return json;
    return Object.entries(details).map(([key, value]) => (
      <div key={key}>
        {intl.formatMessage(text.detail, {
          name: codeWords(intl, 'other', key),
          value: typeof value === 'number' ? formatNumber(value) : String(value),
        })}
      </div>
    ));
  } catch {
    return json;
  }
}
