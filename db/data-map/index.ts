import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import * as schema from '../schema/index.ts';
import type { DataMapOf, Period } from './define.ts';
import type { KeepGround } from './keeps.ts';
import type { DataCategory, Purpose, Recipient, Section, Source } from './vocabulary.ts';

/** Every table of the database with its entry. One that is missing here does not compile. */
export const dataMap = {
  account: schema.accountEntry,
  accountChange: schema.accountChangeEntry,
  analyticsEvent: schema.analyticsEventEntry,
  apiKey: schema.apiKeyEntry,
  apiUsage: schema.apiUsageEntry,
  auditEvent: schema.auditEventEntry,
  automatedDecision: schema.automatedDecisionEntry,
  billingProfile: schema.billingProfileEntry,
  connectionEvent: schema.connectionEventEntry,
  consentEvent: schema.consentEventEntry,
  contactDecision: schema.contactDecisionEntry,
  cookieChoice: schema.cookieChoiceEntry,
  dataSubjectRequest: schema.dataSubjectRequestEntry,
  device: schema.deviceEntry,
  disclosure: schema.disclosureEntry,
  emailChange: schema.emailChangeEntry,
  erasedAccount: schema.erasedAccountEntry,
  erasureReceipt: schema.erasureReceiptEntry,
  exportArchive: schema.exportArchiveEntry,
  factorGuard: schema.factorGuardEntry,
  factorRecovery: schema.factorRecoveryEntry,
  farewellMail: schema.farewellMailEntry,
  gpuSession: schema.gpuSessionEntry,
  heldValue: schema.heldValueEntry,
  holder: schema.holderEntry,
  holderTask: schema.holderTaskEntry,
  ingestKey: schema.ingestKeyEntry,
  impersonationGrant: schema.impersonationGrantEntry,
  invoice: schema.invoiceEntry,
  invoiceLine: schema.invoiceLineEntry,
  job: schema.jobEntry,
  keepKey: schema.keepKeyEntry,
  keyCheck: schema.keyCheckEntry,
  knownPlace: schema.knownPlaceEntry,
  legalHold: schema.legalHoldEntry,
  mailToken: schema.mailTokenEntry,
  membership: schema.membershipEntry,
  notice: schema.noticeEntry,
  optOutSignal: schema.optOutSignalEntry,
  organisation: schema.organisationEntry,
  outboundMail: schema.outboundMailEntry,
  passkey: schema.passkeyEntry,
  passwordCredential: schema.passwordCredentialEntry,
  paymentMethod: schema.paymentMethodEntry,
  policyVersion: schema.policyVersionEntry,
  portalVisit: schema.portalVisitEntry,
  rateLimit: schema.rateLimitEntry,
  recoveryCode: schema.recoveryCodeEntry,
  requestStep: schema.requestStepEntry,
  service: schema.serviceEntry,
  serviceDay: schema.serviceDayEntry,
  serviceDaySubject: schema.serviceDaySubjectEntry,
  serviceKey: schema.serviceKeyEntry,
  serviceScope: schema.serviceScopeEntry,
  session: schema.sessionEntry,
  signUp: schema.signUpEntry,
  spentCall: schema.spentCallEntry,
  sshKey: schema.sshKeyEntry,
  subjectEvent: schema.subjectEventEntry,
  staffMember: schema.staffMemberEntry,
  subjectKey: schema.subjectKeyEntry,
  supportMessage: schema.supportMessageEntry,
  supportTicket: schema.supportTicketEntry,
  totpFactor: schema.totpFactorEntry,
  volume: schema.volumeEntry,
  webauthnChallenge: schema.webauthnChallengeEntry,
} satisfies DataMapOf<typeof schema>;

export type TableName = keyof typeof dataMap;

/** A column with everything its table says for it resolved. */
export type MapColumn = {
  key: string;
  sqlName: string;
  sqlType: string;
  notNull: boolean;
  label: string;
  kind: 'personal' | 'pseudonymous' | 'technical' | 'secret';
  category: DataCategory | null;
  source: Source;
  purposes: readonly Purpose[];
  recipients: readonly Recipient[];
  mask: 'shown' | 'partial' | 'hidden';
  storage: 'plain' | 'sealed';
  selfEditable: boolean;
  /** For rows that stay; `with_row` for all others. */
  erasure: 'with_row' | 'keep' | 'null' | 'reseal' | 'shred' | { overwrite: unknown };
  column: PgColumn;
};

/** How long a row stays, by column keys of the table. */
export type MapRetention =
  | 'account'
  | 'permanent'
  | { period: Period; from: string }
  | { statutory: KeepGround; from: string };

/** A table of a subject's data, with what every derivation needs. */
export type MapTable = {
  name: TableName;
  sqlName: string;
  table: PgTable;
  title: string;
  about: string;
  section: Section;
  /** Key of the column that holds the subject. */
  subject: string;
  onErasure: 'delete' | 'keep';
  keep: KeepGround | null;
  retention: MapRetention;
  order: string;
  /** Keys of the primary key's columns, in its order. */
  primaryKey: readonly string[];
  columns: readonly MapColumn[];
};

/** A table that belongs to no subject. */
export type UnlinkedTable = Pick<
  MapTable,
  'name' | 'sqlName' | 'table' | 'title' | 'about' | 'retention' | 'primaryKey'
> & {
  key: 'visitor' | 'organisation' | 'system' | 'staff';
  columns: readonly MapColumn[];
};

type LooseColumn = {
  label: string;
  kind: MapColumn['kind'];
  category?: DataCategory;
  source?: Source;
  purposes?: readonly Purpose[];
  recipients?: readonly Recipient[];
  mask?: MapColumn['mask'];
  storage?: MapColumn['storage'];
  selfEditable?: boolean;
  erasure?: MapColumn['erasure'];
};
type LooseEntry = {
  table: PgTable;
  title: string;
  about: string;
  onErasure: 'delete' | 'keep' | 'none';
  retention: MapRetention;
  columns: Record<string, LooseColumn>;
  section?: Section;
  subject?: string;
  keep?: KeepGround;
  order?: string;
  source?: Source;
  purposes?: readonly Purpose[];
  recipients?: readonly Recipient[];
  key?: UnlinkedTable['key'];
};

const looseEntries = Object.entries(dataMap) as unknown as [TableName, LooseEntry][];

/** Every table with a subject, in the order of `dataMap`. */
export const subjectTables: readonly MapTable[] = looseEntries.flatMap(([name, entry]) =>
  entry.onErasure === 'none' ? [] : [subjectTable(name, entry)],
);

/** Every table without one. */
export const unlinkedTables: readonly UnlinkedTable[] = looseEntries.flatMap(([name, entry]) =>
  entry.onErasure !== 'none'
    ? []
    : [{ ...common(name, entry), key: entry.key ?? 'system', columns: columnsOf(entry) }],
);

/** @throws {RangeError} when no table with a subject has that name */
export function subjectTableNamed(name: string): MapTable {
  const found = subjectTables.find((table) => table.name === name);
  if (!found) throw new RangeError('no such table');
  return found;
}

/** @throws {RangeError} when the table has no such column */
export function columnOf(table: Pick<MapTable, 'columns' | 'name'>, key: string): MapColumn {
  const found = table.columns.find((column) => column.key === key);
  if (!found) throw new RangeError(`${table.name} has no column ${key}`);
  return found;
}

function subjectTable(name: TableName, entry: LooseEntry): MapTable {
  const { section, subject, order } = entry;
  if (!section || !subject || !order || entry.onErasure === 'none')
    throw new TypeError(`${name}: incomplete entry`);
  return {
    ...common(name, entry),
    section,
    subject,
    order,
    onErasure: entry.onErasure,
    keep: entry.keep ?? null,
    columns: columnsOf(entry),
  };
}

function common(name: TableName, entry: LooseEntry) {
  const config = getTableConfig(entry.table);
  const compound =
    config.primaryKeys[0]?.columns ?? config.columns.filter((column) => column.primary);
  return {
    name,
    sqlName: config.name,
    table: entry.table,
    title: entry.title,
    about: entry.about,
    retention: entry.retention,
    primaryKey: compound.map((column) => keyOf(entry.table, column)),
  };
}

function columnsOf(entry: LooseEntry): MapColumn[] {
  const columns = entry.table as unknown as Record<string, PgColumn>;
  return Object.entries(entry.columns).map(([key, meaning]) => {
    const column = columns[key];
    if (!column) throw new TypeError(`${entry.title}: no column ${key}`);
    return {
      key,
      column,
      sqlName: column.name,
      sqlType: column.getSQLType(),
      notNull: column.notNull,
      label: meaning.label,
      kind: meaning.kind,
      category: meaning.category ?? null,
      source: meaning.source ?? entry.source ?? 'observed',
      purposes: meaning.purposes ?? entry.purposes ?? [],
      recipients: meaning.recipients ?? entry.recipients ?? [],
      mask: meaning.mask ?? (meaning.kind === 'secret' ? 'hidden' : 'partial'),
      storage: meaning.storage ?? 'plain',
      selfEditable: meaning.selfEditable ?? false,
      erasure: meaning.erasure ?? 'with_row',
    };
  });
}

function keyOf(table: PgTable, column: PgColumn): string {
  const columns = table as unknown as Record<string, PgColumn>;
  const found = Object.keys(columns).find((key) => columns[key]?.name === column.name);
  if (!found) throw new TypeError(`no key for ${column.name}`);
  return found;
}
