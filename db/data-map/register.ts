import { type MapColumn, type MapTable, subjectTables } from './index.ts';
import { keepGrounds } from './keeps.ts';
import { moments } from './moments.ts';
import { visibleColumns } from './view.ts';
import {
  lawfulBases,
  type Purpose,
  purposes,
  type Recipient,
  recipients,
  type Section,
  sections,
  sources,
} from './vocabulary.ts';

/** What is said of a datum beside its value, GDPR Art. 13–15. */
export type Provenance = {
  source: string;
  purposes: { key: Purpose; text: string; basis: string; article: string }[];
  recipients: { name: string; role: string; country: string; safeguard: string }[];
};

/** Where a column comes from, why it is held and who receives it, in words. */
export function provenanceOf(
  column: Pick<MapColumn, 'source' | 'purposes' | 'recipients'>,
): Provenance {
  return {
    source: sources[column.source],
    purposes: column.purposes.map((key) => {
      const { text, basis } = purposes[key];
      return { key, text, basis: lawfulBases[basis], article: `Art. 6(1)(${basis}) GDPR` };
    }),
    recipients: column.recipients.map((key) => recipients[key]),
  };
}

/** Everything that is said of a column, in words. */
export function describeColumn(column: MapColumn) {
  return {
    key: column.key,
    label: column.label,
    category: column.category,
    sealed: column.storage === 'sealed',
    format: formatOf(column.sqlType),
    selfEditable: column.selfEditable,
    ...provenanceOf(column),
  };
}

/** How a value is to be written for people. */
export type ValueFormat = 'moment' | 'number' | 'yes_no' | 'list' | 'text';
function formatOf(sqlType: string): ValueFormat {
  if (sqlType.endsWith('[]')) return 'list';
  if (sqlType.startsWith('timestamp')) return 'moment';
  if (sqlType === 'boolean') return 'yes_no';
  return /^(integer|bigint|smallint)$/.test(sqlType) ? 'number' : 'text';
}

/** The last time something of a table left to somebody, as it is stored. */
export type LastDisclosure = {
  tableName: string;
  /** Key of a recipient outside EaseLLM, or id of a service of ours. */
  recipient: string;
  /** Name of that service; null for a recipient outside. */
  serviceName: string | null;
  columnNames: readonly string[];
  purpose: string;
  disclosedAt: Date;
};

/** Everything that is said of a table but its rows. */
export function describeTable(table: MapTable) {
  return {
    name: table.name,
    title: table.title,
    about: table.about,
    section: table.section,
    retention: retentionOf(table),
    keep: table.keep
      ? { ground: keepGrounds[table.keep].text, law: keepGrounds[table.keep].law }
      : null,
    columns: visibleColumns(table).map(describeColumn),
  };
}

/** What left of a table, to whom and when, in words. */
export function describeDisclosures(table: MapTable, disclosures: readonly LastDisclosure[]) {
  return disclosures
    .filter(({ tableName }) => tableName === table.sqlName)
    .map((disclosure) => describeDisclosure(table, disclosure));
}

/** A disclosure in words. Names that the map no longer has are shown as they were written. */
function describeDisclosure(
  table: MapTable,
  { recipient, serviceName, columnNames, purpose, disclosedAt }: LastDisclosure,
) {
  const outside = Object.hasOwn(recipients, recipient) ? recipients[recipient as Recipient] : null;
  return {
    recipient,
    name: outside?.name ?? serviceName ?? recipient,
    /** Null for a service of ours. */
    country: outside?.country ?? null,
    safeguard: outside?.safeguard ?? null,
    data: columnNames.map(
      (name) => table.columns.find(({ sqlName }) => sqlName === name)?.label ?? name,
    ),
    purpose: purposes[purpose as Purpose]?.text ?? purpose,
    at: disclosedAt,
  };
}

/** When rows of a table go, as data for a sentence: a period and the moment it counts from, or the account. */
export function retentionOf({
  retention,
}: Pick<MapTable, 'retention'>):
  | { kind: 'account' }
  | { kind: 'period'; period: string; from: string }
  | { kind: 'statutory'; from: string; ground: string } {
  if (typeof retention === 'string') return { kind: 'account' };
  const from = moments[retention.from] ?? retention.from;
  return 'period' in retention
    ? { kind: 'period', period: retention.period, from }
    : { kind: 'statutory', from, ground: keepGrounds[retention.statutory].text };
}

/** Tables of one chapter of *Your data* that hold something about the person. */
export function tablesOf(section: Section): MapTable[] {
  return subjectTables.filter(
    (table) => table.section === section && visibleColumns(table).length > 0,
  );
}

type PolicyList = (typeof sections)[Section]['policyList'];

/** The three lists the policy refers to, printed from the map: table by table, its data by name. */
export function policyLists(): Record<
  PolicyList,
  { title: string; about: string; data: string[]; retention: ReturnType<typeof retentionOf> }[]
> {
  const list = (wanted: PolicyList) =>
    subjectTables
      .filter(
        (table) =>
          sections[table.section].policyList === wanted && visibleColumns(table).length > 0,
      )
      .map((table) => ({
        title: table.title,
        about: table.about,
        data: visibleColumns(table).map(({ label }) => label),
        retention: retentionOf(table),
      }));
  return { account: list('account'), usage: list('usage'), device: list('device') };
}

/** Everybody outside EaseLLM who receives something, with what, why and under which safeguard. */
export function recipientRegister() {
  return (Object.keys(recipients) as Recipient[]).map((key) => ({
    ...recipients[key],
    receives: subjectTables
      .filter((table) => visibleColumns(table).some((column) => column.recipients.includes(key)))
      .map(({ title }) => title),
  }));
}
