import { stringify } from 'csv-stringify/sync';
import type { ProcessingEntry } from '../../db/data-map/processing.ts';
import { csvCell } from '../access/csv-cell.ts';

const head = [
  'Chapter',
  'Table',
  'About',
  'Whose',
  'Data',
  'Categories (fideslang)',
  'Source',
  'Purposes and lawful basis',
  'Recipients, country, safeguard',
  'Deleted',
  'Statutory source',
  'Kept after deletion of the account',
  'Encrypted under a key of the person',
];

/** The register of processing as a file for spreadsheets. */
export function registerCsv(entries: readonly ProcessingEntry[]): string {
  const rows = entries.map(lineOf);
  return stringify([head, ...rows.map((cells) => cells.map(csvCell))], {
    record_delimiter: '\r\n',
    bom: true,
  });
}

function lineOf(entry: ProcessingEntry): string[] {
  return [
    entry.chapter,
    entry.title,
    entry.about,
    entry.subjects,
    entry.data.join('; '),
    entry.categories.join('; '),
    entry.sources.join('; '),
    entry.purposes.map(({ text, basis, article }) => `${text} (${basis}, ${article})`).join('; '),
    entry.recipients
      .map(({ name, role, country, safeguard }) => `${name}, ${role}, ${country}, ${safeguard}`)
      .join('; '),
    retentionCell(entry),
    entry.statutory
      .map(({ country, period, paragraph }) => `${country || 'others'} ${period} ${paragraph}`)
      .join('; '),
    entry.kept ? `${entry.kept.ground} ${entry.kept.law}` : '',
    entry.sealed.join('; '),
  ];
}

function retentionCell({ retention }: ProcessingEntry): string {
  switch (retention?.kind) {
    case 'account':
      return 'with the account';
    case 'period':
      return `${retention.period} after ${retention.from}`;
    case 'statutory':
      return `as law asks, from when ${retention.from}`;
    case undefined:
      return '';
  }
}
