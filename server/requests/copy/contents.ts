import { exportedTables } from '../../../db/data-map/export.ts';
import { type MapTable, subjectTables } from '../../../db/data-map/index.ts';
import { type Section, sections } from '../../../db/data-map/vocabulary.ts';
import type { HolderInCopy } from './holder-in-copy.ts';

/** What a copy is about, known before its first row is read. */
export type Contents = {
  reference: string;
  takenAt: Date;
  sections: readonly Section[];
  tables: readonly CountedTable[];
  holders: readonly HolderInCopy[];
};
export type CountedTable = { table: MapTable; rows: number };

export const jsonPath = ({ name }: Pick<MapTable, 'name'>) => `json/${name}.json`;
export const holderPath = ({ id }: Pick<HolderInCopy, 'id'>) => `holders/${id}.json`;
export const csvPath = ({ name }: Pick<MapTable, 'name'>) => `csv/${name}.csv`;

/** Chapters in the order of the data map, whatever order they were chosen in. */
export function inOrder(chosen: readonly string[]): Section[] {
  return (Object.keys(sections) as Section[]).filter((section) => chosen.includes(section));
}

export const titlesOf = (names: readonly Section[]) => names.map((name) => sections[name].title);

export function sectionsLeftOut({ sections: chosen }: Pick<Contents, 'sections'>): Section[] {
  return (Object.keys(sections) as Section[]).filter(
    (name) => !chosen.includes(name) && exportedTables([name]).length > 0,
  );
}

/** What is held in the chosen chapters and never leaves us, by name: with it somebody could sign in as the person. */
export function withheld({
  sections: chosen,
}: Pick<Contents, 'sections'>): { table: string; columns: string[] }[] {
  return subjectTables.flatMap((table) => {
    const columns = table.columns.filter(({ kind }) => kind === 'secret').map(({ label }) => label);
    return chosen.includes(table.section) && columns.length > 0
      ? [{ table: table.title, columns }]
      : [];
  });
}
