import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Sealed } from '../schema/column.ts';
import type { KeepGround } from './keeps.ts';
import type { DataCategory, Purpose, Recipient, Section, Source } from './vocabulary.ts';

/** ISO 8601 duration of one unit: `P24M`, `P30D`, `P8Y`. */
export type Period = `P${number}${'D' | 'M' | 'Y'}`;

type Columns<T extends PgTable> = T['_']['columns'];
type ColumnName<T extends PgTable> = keyof Columns<T> & string;
type DateColumn<T extends PgTable> = {
  [K in ColumnName<T>]: Columns<T>[K]['_']['data'] extends Date ? K : never;
}[ColumnName<T>];

/**
 * When a row goes. `account`: with the account. A period counts from a time column of the row; while
 * that column is null, nothing counts yet. A statutory keep counts by the subject's country.
 */
export type Retention<T extends PgTable> =
  | 'account'
  | { period: Period; from: DateColumn<T> }
  | { statutory: KeepGround; from: DateColumn<T> };

/** What a column means, apart from what the table says for all its columns. */
type Meaning = {
  label: string;
  category: DataCategory;
  source?: Source;
  purposes?: readonly [Purpose, ...Purpose[]];
  recipients?: readonly Recipient[];
  /** What staff see: the value, a part of it, or nothing. `partial` unless said otherwise. */
  mask?: 'shown' | 'partial' | 'hidden';
};

type StorageOf<C extends PgColumn> = C['_']['data'] extends Sealed
  ? { storage: 'sealed' }
  : { storage?: 'plain' };

/** `secret` has no exporter: the type has no place to ask for one. */
export type ColumnEntry<C extends PgColumn = PgColumn> =
  | (Meaning & StorageOf<C> & { kind: 'personal' | 'pseudonymous'; selfEditable?: boolean })
  | ({ kind: 'technical'; label: string } & StorageOf<C>)
  | ({ kind: 'secret'; label: string } & StorageOf<C>);

/** What erasure does to a column of a row that stays. */
export type ColumnErasure<C extends PgColumn> =
  | 'keep'
  | { overwrite: C['_']['data'] }
  | (C['_']['notNull'] extends true ? never : 'null')
  | (C['_']['data'] extends Sealed ? 'reseal' | 'shred' : never);

type Common<T extends PgTable> = {
  title: string;
  /** One sentence: what a row is. */
  about: string;
  section: Section;
  source: Source;
  purposes: readonly [Purpose, ...Purpose[]];
  recipients: readonly Recipient[];
  retention: Retention<T>;
  /** Newest first by this column; the primary key breaks ties. */
  order: ColumnName<T>;
};

export type ErasedEntry<T extends PgTable> = Common<T> & {
  subject: ColumnName<T>;
  columns: { [K in ColumnName<T>]: ColumnEntry<Columns<T>[K]> };
};

export type KeptEntry<T extends PgTable> = Common<T> & {
  subject: ColumnName<T>;
  keep: KeepGround;
  columns: {
    [K in ColumnName<T>]: ColumnEntry<Columns<T>[K]> & { erasure: ColumnErasure<Columns<T>[K]> };
  };
};

export type UnlinkedEntry<T extends PgTable> = {
  title: string;
  about: string;
  /** Why no subject stands in it. */
  key: 'visitor' | 'organisation' | 'system' | 'staff';
  retention: Exclude<Retention<T>, 'account'> | 'permanent';
  columns: { [K in ColumnName<T>]: ColumnEntry<Columns<T>[K]> };
};

/** Rows of a subject that erasure deletes, and the retention run when their date has come. */
export function erasedWithSubject<T extends PgTable>(table: T, entry: ErasedEntry<T>) {
  return { table, onErasure: 'delete' as const, ...entry };
}

/** Rows of a subject that a ground keeps, minimised: every column says what becomes of it. */
export function keptAfterErasure<T extends PgTable>(table: T, entry: KeptEntry<T>) {
  return { table, onErasure: 'keep' as const, ...entry };
}

/** Tables without a subject: their own key, their own lifetime. */
export function withoutSubject<T extends PgTable>(table: T, entry: UnlinkedEntry<T>) {
  return { table, onErasure: 'none' as const, ...entry };
}

/** Every table of a schema module has an entry, named like it with `Entry` behind, and no other. */
export type DataMapOf<S> = {
  [K in keyof S as S[K] extends PgTable ? K : never]: S[K] extends PgTable
    ? { table: S[K]; onErasure: 'delete' | 'keep' | 'none' }
    : never;
};
