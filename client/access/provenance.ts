import type { IntlShape } from 'react-intl';
import { continued, countryName, formatList } from '../lib/format.ts';
import type { Provenance } from '../ui/provenance-strip.tsx';
import { retentionWords } from './retention-text.ts';
import type { DataColumn, DataTable } from './value.tsx';

type Meaning = Pick<DataColumn, 'source' | 'purposes' | 'recipients'>;

/** What the map says of a column, as the strip under a fact shows it. */
export function provenanceOf(column: Meaning, deletes: string): Provenance {
  return provenanceOfAll([column], deletes);
}

/** The same for a whole table: whatever holds for any of its columns. */
export function tableProvenance(
  intl: IntlShape,
  { columns, retention }: Pick<DataTable, 'columns' | 'retention'>,
): Provenance {
  return provenanceOfAll(columns, retentionWords(intl, retention));
}

function provenanceOfAll(columns: readonly Meaning[], deletes: string): Provenance {
  const purposes = columns.flatMap((column) => column.purposes);
  const recipients = new Map(
    columns.flatMap((column) => column.recipients).map((one) => [one.name, one]),
  );
  return {
    source: inOneSentence(columns.map(({ source }) => source)),
    purpose: inOneSentence(purposes.map(({ text }) => text)),
    basis: formatList([...new Set(purposes.map(({ basis }) => basis))]),
    recipients: [...recipients.values()].map(({ name, country, safeguard }) => ({
      name,
      country: countryName(country),
      safeguard,
    })),
    deletes,
  };
}

/** "To run your account and to bill what you used": each part once, only the first with a capital. */
function inOneSentence(parts: readonly string[]): string {
  const [first = '', ...rest] = new Set(parts);
  return formatList([first, ...rest.map(continued)]);
}
