import { type MapTable, subjectTables } from './index.ts';
import { visibleColumns } from './view.ts';
import { type Recipient, recipients, type Section, sections } from './vocabulary.ts';

/** What one recipient receives of a table, by the labels of its columns. */
export type Holding = { section: Section; title: string; data: string[] };

/** What a recipient holds of every person, as the map says it, table by table. */
export function holdingsOf(recipient: string): Holding[] {
  return subjectTables.flatMap((table) => {
    const data = received(table, recipient).map(({ label }) => label);
    return data.length > 0 ? [{ section: table.section, title: table.title, data }] : [];
  });
}

/** Chapters of which a recipient receives something, in the order of the data map. */
export function sectionsHeldBy(recipient: string): Section[] {
  const held = new Set(holdingsOf(recipient).map(({ section }) => section));
  return (Object.keys(sections) as Section[]).filter((section) => held.has(section));
}

/** Everybody who receives something of one of these chapters. */
export function recipientsOfSections(chosen: readonly Section[]): Recipient[] {
  return (Object.keys(recipients) as Recipient[]).filter((recipient) =>
    sectionsHeldBy(recipient).some((section) => chosen.includes(section)),
  );
}

/** Everybody who receives one column. */
export function recipientsOfColumn(table: MapTable, key: string): readonly Recipient[] {
  return table.columns.find((column) => column.key === key)?.recipients ?? [];
}

function received(table: MapTable, recipient: string) {
  return visibleColumns(table).filter((column) =>
    column.recipients.some((name) => name === recipient),
  );
}
