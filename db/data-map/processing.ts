import { type MapColumn, type MapTable, subjectTables, unlinkedTables } from './index.ts';
import { accountingPeriods, keepGrounds } from './keeps.ts';
import { provenanceOf, retentionOf } from './register.ts';
import { inThirdPerson } from './third-person.ts';
import { visibleColumns } from './view.ts';
import { sections, sources } from './vocabulary.ts';

/** Who processes, and whom to write to (GDPR Art. 30(1)(a)). */
export const controller = {
  name: 'EaseLLM',
  contact: 'privacy@easellm.com',
  dataProtectionOfficer: 'dpo@easellm.com',
} as const;

/** How long law makes us keep something, where that depends on the customer's country. */
export type StatutorySource = { country: string; period: string; paragraph: string };

/** One line of the register of processing, GDPR Art. 30(1): what the map says of one table. */
export type ProcessingEntry = {
  table: string;
  chapter: string;
  title: string;
  about: string;
  /** Whose data: customers', or of visitors who have no account. */
  subjects: 'customers' | 'visitors';
  data: string[];
  /** Keys of the fideslang taxonomy. */
  categories: string[];
  sources: string[];
  purposes: { text: string; basis: string; article: string }[];
  recipients: { name: string; role: string; country: string; safeguard: string }[];
  retention: ReturnType<typeof retentionOf> | null;
  statutory: StatutorySource[];
  /** Why rows outlive the account, where they do. */
  kept: { ground: string; law: string } | null;
  /** Fields that are encrypted under the person's own key, by name; all others stand as they are. */
  sealed: string[];
};

/** The register, from the map alone: a table that is added is in it, and nothing can be left out. */
export function processingRegister(): ProcessingEntry[] {
  return entriesOfMap().map((entry) => ({ ...saidOf(entry), table: entry.table }));
}

/** The same in the third person, in every text: a register speaks of customers, not to them. */
function saidOf<T>(value: T): T {
  if (typeof value === 'string') return inThirdPerson(value) as T;
  if (Array.isArray(value)) return value.map(saidOf) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, saidOf(part)])) as T;
}

function entriesOfMap(): ProcessingEntry[] {
  return [
    ...subjectTables.flatMap((table) =>
      visibleColumns(table).length === 0
        ? []
        : [
            {
              ...common(table, visibleColumns(table)),
              chapter: sections[table.section].title,
              subjects: 'customers' as const,
              retention: retentionOf(table),
              statutory: statutoryOf(table),
              kept: table.keep
                ? { ground: keepGrounds[table.keep].text, law: keepGrounds[table.keep].law }
                : null,
            },
          ],
    ),
    ...unlinkedTables
      .filter(({ key, columns }) => key === 'visitor' && visibleColumns({ columns }).length > 0)
      .map((table) => ({
        ...common(table, visibleColumns(table)),
        chapter: sections.choices.title,
        subjects: 'visitors' as const,
        retention: typeof table.retention === 'string' ? null : retentionOf(table),
        statutory: [],
        kept: null,
      })),
  ];
}

function common(
  { name, title, about }: Pick<MapTable, 'name' | 'title' | 'about'>,
  columns: readonly MapColumn[],
) {
  const told = columns.map(provenanceOf);
  return {
    table: name,
    title,
    about,
    data: columns.map(({ label }) => label),
    categories: distinct(columns.flatMap(({ category }) => category ?? [])),
    sources: distinct(columns.map(({ source }) => sources[source])),
    purposes: distinctBy(
      told.flatMap(({ purposes }) =>
        purposes.map(({ text, basis, article }) => ({ text, basis, article })),
      ),
      ({ text }) => text,
    ),
    recipients: distinctBy(
      told.flatMap(({ recipients }) => recipients),
      ({ name: recipient }) => recipient,
    ),
    sealed: columns.filter(({ storage }) => storage === 'sealed').map(({ label }) => label),
  };
}

function statutoryOf({ retention, keep }: MapTable): StatutorySource[] {
  const statutory = typeof retention === 'object' && 'statutory' in retention;
  if (!statutory && keep !== 'accounting_records') return [];
  return [...Object.values(accountingPeriods.byCountry), accountingPeriods.otherwise].map(
    ({ country, period, paragraph }) => ({ country, period, paragraph }),
  );
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function distinctBy<T>(values: readonly T[], key: (value: T) => string): T[] {
  return [...new Map(values.map((value) => [key(value), value])).values()];
}
